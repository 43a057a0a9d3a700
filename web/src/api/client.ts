import createClient from "openapi-fetch";

import { isAway, Problem, UNREACHABLE } from "./problem";
import type { components, paths } from "./schema";
import { fetchPublic, fetchSignedIn, signedIn } from "./session";

export type Schemas = components["schemas"];

/** The newest sequence of each service that this tab has written: later reads show at least that. */
const written = new Map<string, number>();

const afterWritten = (): string => [...written].map(([service, at]) => `${service}=${at}`).join(",");

function remember(response: Response): Response {
  for (const part of response.headers.get("Realinsights-Sequence")?.split(",") ?? []) {
    const [service, at] = part.trim().split("=");
    if (service && at) written.set(service, Math.max(written.get(service) ?? 0, Number(at)));
  }
  return response;
}

async function fetchInOrder(request: Request): Promise<Response> {
  if (request.method === "GET" && written.size > 0) request.headers.set("Realinsights-After", afterWritten());
  return remember(await fetchSignedIn(request));
}

/** The API, typed by its own document. A refusal is thrown as `Problem`, so `data` is always there: see `answered`. */
export const api = createClient<paths>({
  fetch: fetchInOrder,
  querySerializer: { array: { style: "form", explode: true } },
});

/** What anyone may ask: nobody needs to be signed in. */
export const publicApi = createClient<paths>({ fetch: fetchPublic });

/** Return what the server answered with. */
export async function answered<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}

/** The header that lets a change apply to one version only. */
export const ifMatch = (version: number): { "If-Match": string } => ({ "If-Match": `"${version}"` });

/** A key under which the server does a request once, however often it arrives: make one for each intention. */
export const idempotencyKey = (): string =>
  // Not `randomUUID`, which browsers keep from pages that came over plain HTTP.
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );

/** Fetch a file, or the part of it from one byte up to another. Throws `Problem`. */
export function fetchFile(
  path: string,
  { signal, from, to }: { signal: AbortSignal; from?: number; to?: number },
): Promise<Response> {
  const request = new Request(path, { signal });
  if (from !== undefined && to !== undefined) request.headers.set("Range", `bytes=${from}-${to - 1}`);
  return fetchInOrder(request);
}

/** Whether what did not answer at an address does so by now, with whatever it be. */
export async function answersAgain(address: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetchInOrder(new Request(address, { signal }));
    await answer.body?.cancel();
    return true;
  } catch (error) {
    return error instanceof Problem && error.status !== 0 && !isAway(error);
  }
}

/** Fetch a file (CSV and the like) and hand it to the person as a download; what no address has room for is posted. */
export async function download(path: string, name: string, posted?: object): Promise<void> {
  const request =
    posted === undefined
      ? new Request(path)
      : new Request(path, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(posted),
        });
  const response = await fetchInOrder(request);
  const url = URL.createObjectURL(await response.blob());
  downloadFrom(url, name);
  URL.revokeObjectURL(url);
}

/** Let the browser download an address by itself; one of another site decides on the name. */
export function downloadFrom(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.rel = "noreferrer";
  link.click();
}

/**
 * Send a file's bytes as a request's body and say how many have left; what no generated call can do. `fetch` cannot
 * tell how far an upload is, hence the older interface.
 */
export async function upload<T>(
  path: string,
  file: Blob,
  { signal, onProgress, headers }: Sending = {},
): Promise<T> {
  const response = await sendBytes("POST", path, file, {
    signal,
    onProgress,
    headers: { "Content-Type": "application/octet-stream", ...headers },
  });
  return (await response.json()) as T;
}

interface Sending {
  signal?: AbortSignal;
  onProgress?: (sent: number) => void;
  headers?: Record<string, string>;
}

/** Send a request as who is signed in and say how many bytes of its body have left. Throws `Problem`. */
export async function sendBytes(
  method: string,
  path: string,
  body: Blob | null,
  sending: Sending,
): Promise<Response> {
  const order: Record<string, string> = written.size > 0 ? { "Realinsights-After": afterWritten() } : {};
  const attempt = (authorization: string) =>
    send(method, path, body, {
      ...sending,
      headers: { ...order, ...sending.headers, Authorization: authorization },
    });
  return remember(await signedIn(attempt));
}

/** The statuses of answers without a body. */
const BARE = new Set([204, 205, 304]);

function send(
  method: string,
  path: string,
  body: Blob | null,
  { headers = {}, onProgress, signal }: Sending,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const aborted = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    const abort = () => request.abort();
    request.open(method, path);
    request.responseType = "blob";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
    request.onload = () => {
      const lines = request
        .getAllResponseHeaders()
        .trim()
        .split(/[\r\n]+/);
      const pairs = lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      const { status, statusText } = request;
      const content = BARE.has(status) || method === "HEAD" ? null : (request.response as Blob);
      resolve(new Response(content, { status, statusText, headers: pairs }));
    };
    request.onerror = () => reject(UNREACHABLE);
    request.onabort = aborted;
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", abort);
    request.send(body);
  });
}

/** Follow server-sent events until they end or `signal` aborts; each event's data is decoded. `onOpen`: they are followed now. */
export async function* follow<T>(
  path: string,
  signal: AbortSignal,
  onOpen?: () => void,
): AsyncGenerator<{ event: string; data: T }> {
  const response = await fetchInOrder(
    new Request(path, { signal, headers: { Accept: "text/event-stream" } }),
  );
  onOpen?.();
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (pending + value.replaceAll("\r\n", "\n")).split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
      if (data.length === 0) continue;
      const event =
        lines
          .find((line) => line.startsWith("event:"))
          ?.slice(6)
          .trim() ?? "message";
      yield { event, data: JSON.parse(data.join("\n")) as T };
    }
  }
}
