/**
 * What a page of the product asks for before its own scripts have come: the session, who is signed in, and the
 * dashboard's figures where it is the dashboard. Each answer is taken once, by who would have asked for it.
 */
interface Early {
  refresh: Promise<Response> | undefined;
  readonly reads: Map<string, Promise<Response>>;
}

declare global {
  interface Window {
    realinsightsEarly?: Early;
  }
}

/** Runs inline, as the first script of a page (`finish.mjs` puts it there): plain, small, and in turn with other tabs like `renew`. */
export const EARLY_SCRIPT = `(()=>{
try{
if(localStorage.getItem("realinsights-blurred")==="true")document.documentElement.setAttribute("data-blurred","");
if(localStorage.getItem("realinsights-session")==="leaving")return
}catch{}
const ask=()=>fetch("/api/v1/auth/refresh",{method:"POST",credentials:"same-origin",headers:{"Realinsights-Client":"web"},signal:AbortSignal.timeout(20000)});
const refresh=navigator.locks?navigator.locks.request("realinsights-session",ask):ask();
const paths=["/api/v1/auth/me"];
if(location.pathname==="/dashboard/"&&location.search==="")paths.push("/api/v1/dashboard");
const token=refresh.then(answer=>answer.ok?answer.clone().json():Promise.reject());
const reads=new Map();
for(const path of paths){const read=token.then(({accessToken})=>fetch(path,{credentials:"same-origin",headers:{Authorization:"Bearer "+accessToken}}));read.catch(()=>{});reads.set(path,read)}
refresh.catch(()=>{});
window.realinsightsEarly={refresh,reads};
})()`;

/** The answer to the session's renewal that is on its way already; null where there is none, or it did not come. */
export async function earlyRefresh(): Promise<Response | null> {
  const early = known();
  const { refresh } = early ?? {};
  if (early === undefined || refresh === undefined) return null;
  early.refresh = undefined;
  return refresh.catch(() => null);
}

/** The answer to a read that is on its way already; null where there is none that is good. */
export async function earlyRead(request: Request): Promise<Response | null> {
  const early = known();
  const { pathname, search } = new URL(request.url);
  const read = early?.reads.get(pathname + search);
  if (early === undefined || read === undefined || request.method !== "GET") return null;
  early.reads.delete(pathname + search);
  const answer = await read.catch(() => null);
  return answer?.ok ? answer : null;
}

const known = (): Early | undefined => (typeof window === "undefined" ? undefined : window.realinsightsEarly);
