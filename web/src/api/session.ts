import { earlyRead, earlyRefresh } from "./early";
import { deviceNote, forgetDrafts, forgetPerson, noteOnDevice } from "./device";
import { Problem, problemOf, UNREACHABLE } from "./problem";
import type { components } from "./schema";

/**
 * The session of this tab. The access token lives in memory only; what carries the session over a reload is a cookie
 * that no script can read, and that all tabs share.
 *
 * - `unknown` until the cookie was asked for the first time
 * - `signed-in`, as one member: a tab never changes whom it acts for
 * - `signed-out`: there is no session, ask to sign in
 * - `left`: signed out in this tab, on purpose
 * - `ended`: the session ran out, or was ended from elsewhere, while pages were open
 * - `left-elsewhere`: signed out in another tab while pages were open
 * - `someone-else`: another member signed in in another tab while pages were open
 */
export type SessionState =
  "unknown" | "signed-in" | "signed-out" | "left" | "ended" | "left-elsewhere" | "someone-else";

type Access = components["schemas"]["AccessTokenView"];
type Message = { now: "out" } | { now: "in"; member: string };
interface Token {
  readonly text: string;
  readonly goodUntil: number;
}

const RENEW_BEFORE_SECONDS = 30;
const SHORTEST_USE_SECONDS = 5;
const PATIENCE = 20_000;
const LOCK = "realinsights-session";
const CLIENT = { "Realinsights-Client": "web" };

let state: SessionState = "unknown";
let member: string | null = null;
let ranOutBefore = false;
let token: Token | null = null;
let renewing: Promise<boolean> | null = null;
/** How often the server refused a token before its time: each time something about the person has changed. */
let refusals = 0;
const listeners = new Set<() => void>();
const otherTabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(LOCK);

otherTabs?.addEventListener("message", ({ data }: MessageEvent<Message>) => {
  if (data.now === "out") {
    if (state === "signed-in") forget("left-elsewhere");
  } else if (member !== null && data.member !== member) {
    forget("someone-else");
  } else if (state !== "signed-in") {
    renew().catch(() => undefined); // whoever needs the session next meets the same failure, and can say so
  }
});

// A page that "Back" brings back from memory must not show what was there before a sign-out.
if (typeof window !== "undefined") {
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (state === "left") location.reload();
    token = null;
  });
}

/** Whether this device had a session until this page was opened, which had ended meanwhile. */
export const sessionRanOutBefore = (): boolean => ranOutBefore;

export const sessionState = (): SessionState => state;
export const accessRefusals = (): number => refusals;

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = () => listeners.forEach((listener) => listener());

function become(next: SessionState): void {
  if (state === next) return;
  state = next;
  tell();
}

function forget(next: SessionState): void {
  token = null;
  if (next === "signed-out" || next === "left") member = null;
  become(next);
}

/** Take over an access token; false, and the token is dropped, where it is for another member than this tab's. */
function keep(access: Access): boolean {
  const whose = memberOf(access.accessToken);
  if (member !== null && whose !== member) {
    forget("someone-else");
    return false;
  }
  member = whose;
  const seconds = Math.max(SHORTEST_USE_SECONDS, access.expiresIn - RENEW_BEFORE_SECONDS);
  token = { text: access.accessToken, goodUntil: Date.now() + seconds * 1000 };
  noteOnDevice("open");
  become("signed-in");
  return true;
}

/** Whom an access token is for. It is not verified here: that is the server's business. */
function memberOf(accessToken: string): string {
  const [, claims = ""] = accessToken.split(".");
  const { sub } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { sub: string };
  return sub;
}

/**
 * Begin a session; throws the server's refusal, with a challenge where a code is needed, too. `again` is for a page that stays open: it goes on only as the member
 * it was opened by. Without it the tab starts anew, as whoever signs in.
 */
export const signIn = (email: string, password: string, how: { again?: boolean } = {}): Promise<void> =>
  begin("/api/v1/auth/sign-in", { email, password }, how);

/** The second step of a sign-in: a code, with the challenge that the password was answered with. */
export const showCode = (challenge: string, code: string, how: { again?: boolean } = {}): Promise<void> =>
  begin("/api/v1/auth/second-factor", { challenge, code }, how);

async function begin(path: string, body: object, { again = false }: { again?: boolean }): Promise<void> {
  const response = await send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await problemOf(response);
  const access = (await response.json()) as Access;
  otherTabs?.postMessage({ now: "in", member: memberOf(access.accessToken) } satisfies Message);
  if (!again) member = null;
  keep(access);
}

/**
 * Go on in another organization of the same person; throws the server's refusal. This tab starts anew as the member
 * there, and the session here ends: other tabs say that somebody else is signed in.
 */
export const switchOrganization = (organizationId: string): Promise<void> =>
  inTurn(async () => {
    const response = await signedIn((authorization) =>
      send("/api/v1/auth/switch", {
        method: "POST",
        headers: { ...CLIENT, "Content-Type": "application/json", Authorization: authorization },
        body: JSON.stringify({ organizationId }),
      }),
    );
    const access = (await response.json()) as Access;
    otherTabs?.postMessage({ now: "in", member: memberOf(access.accessToken) } satisfies Message);
    member = null;
    keep(access);
  });

/** End this session here at once; where the server cannot be told now, it is told before anything else is asked. */
export async function signOut(): Promise<void> {
  noteOnDevice("leaving");
  sessionOver();
  await tellOfLeaving().catch(() => undefined);
}

async function tellOfLeaving(): Promise<void> {
  const response = await send("/api/v1/auth/sign-out", {
    method: "POST",
    headers: CLIENT,
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw await problemOf(response);
  noteOnDevice(null);
}

/** The session is over, for all tabs, on the person's own wish: forget it, and what they leave on this device. */
export function sessionOver(): void {
  if (deviceNote() === "open") noteOnDevice(null);
  forget("left");
  forgetPerson();
  otherTabs?.postMessage({ now: "out" } satisfies Message);
}

/**
 * Forget the session in this tab alone. What was being written goes with it where somebody signed out, or somebody else
 * is here; after a session that only ran out it is still wanted.
 */
export function leaveTab(): void {
  const ranOut = state === "ended";
  forget("left");
  if (!ranOut) forgetDrafts();
}

/**
 * Exchange the cookie for the next access token; tell whether there is a session of this tab's member. Tabs take
 * turns: the cookie is good for one exchange.
 */
export function renew(): Promise<boolean> {
  renewing ??= inTurn(exchange).finally(() => {
    renewing = null;
  });
  return renewing;
}

async function exchange(): Promise<boolean> {
  if (deviceNote() === "leaving") await tellOfLeaving();
  const response =
    (await earlyRefresh()) ??
    (await send("/api/v1/auth/refresh", {
      method: "POST",
      headers: CLIENT,
      signal: AbortSignal.timeout(PATIENCE),
    }));
  if (response.ok) return keep((await response.json()) as Access);
  if (response.status !== 401) throw await problemOf(response);
  if (deviceNote() === "open") {
    ranOutBefore = true;
    noteOnDevice(null);
  }
  if (member === null) forget("signed-out");
  else if (state === "signed-in") forget("ended");
  return false;
}

/** Without locks (an old browser, no https) tabs may come at the same moment, which the server forgives for seconds. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager };
  return locks === undefined ? work() : (locks.request(LOCK, work) as Promise<T>);
}

/**
 * Fetch as the person who is signed in. Throws `Problem`. Where the session has ended, reads wait until the person has
 * signed in again, so that what is shown stays; writes fail with 401, so that the person decides.
 */
export async function fetchSignedIn(request: Request): Promise<Response> {
  if (state === "signed-in") {
    const early = await earlyRead(request);
    if (early !== null) return early;
  }
  const attempt = (authorization: string) => {
    const copy = request.clone(); // a body can be read once
    copy.headers.set("Authorization", authorization);
    return send(copy);
  };
  return signedIn(attempt, request.method === "GET" ? request.signal : undefined);
}

/**
 * Do what needs a token, and once more with the next one where the server does not take it. Throws `Problem`. With
 * `patience` it waits for a session that has ended to go on, until that aborts.
 */
export async function signedIn(
  attempt: (authorization: string) => Promise<Response>,
  patience?: AbortSignal,
): Promise<Response> {
  const access = await accessToken(patience);
  let response = await attempt(`Bearer ${access.text}`);
  if (response.status === 401) {
    if (token === access) token = null;
    const next = await accessToken(patience);
    refusals += 1;
    tell();
    response = await attempt(`Bearer ${next.text}`);
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}

/** Fetch as nobody in particular. Throws `Problem`. */
export async function fetchPublic(request: Request): Promise<Response> {
  const response = await send(request);
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function accessToken(patience: AbortSignal | undefined): Promise<Token> {
  for (;;) {
    if (state === "signed-in" && token !== null && token.goodUntil > Date.now()) return token;
    if ((state === "unknown" || state === "signed-in") && (await renew())) continue;
    if (patience === undefined) throw notSignedIn();
    await regained(patience);
  }
}

/** Wait until the session goes on; throws where it will not. */
function regained(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      if (state === "signed-in") resolve();
      else if (signal.aborted) reject(signal.reason as Error);
      else if (state === "signed-out" || state === "left") reject(notSignedIn());
      else return;
      stop();
      signal.removeEventListener("abort", settle);
    };
    const stop = onSessionChange(settle);
    signal.addEventListener("abort", settle);
    settle();
  });
}

async function send(input: Request | string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(input, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw UNREACHABLE;
  }
}

function notSignedIn(): Problem {
  return new Problem({
    status: 401,
    title: "Your session ended",
    detail: "Sign in again, then try again.",
  });
}
