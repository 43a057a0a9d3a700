import { Problem, problemOf, UNREACHABLE } from "./problem";
import type { components } from "./schema";

/**
 * The session of this tab. The access token lives in memory only; what carries the session over a reload is a cookie
 * that no script can read. `unknown` until the cookie was asked for the first time; `ended` where it ran out while
 * pages were open, so that they can ask to sign in again and lose nothing.
 */
export type SessionState = "unknown" | "signed-in" | "signed-out" | "ended";

type Access = components["schemas"]["Access"];

const RENEW_BEFORE_SECONDS = 30;
const LOCK = "realinsights-session";
const CLIENT = { "Realinsights-Client": "web" };

let state: SessionState = "unknown";
let token: { text: string; goodUntil: number } | null = null;
let renewing: Promise<boolean> | null = null;
const listeners = new Set<() => void>();
const otherTabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(LOCK);

otherTabs?.addEventListener("message", (message: MessageEvent<"signed-in" | "signed-out">) => {
  if (message.data === "signed-out" && state === "signed-in") forget("ended");
  if (message.data === "signed-in" && state !== "signed-in") void renew();
});

export const sessionState = (): SessionState => state;

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: SessionState): void {
  if (state === next) return;
  state = next;
  listeners.forEach((listener) => listener());
}

function forget(next: "signed-out" | "ended"): void {
  token = null;
  become(next);
}

function keep(access: Access): void {
  token = {
    text: access.accessToken,
    goodUntil: Date.now() + (access.expiresIn - RENEW_BEFORE_SECONDS) * 1000,
  };
  become("signed-in");
}

/** Begin a session; throws the server's refusal. */
export async function signIn(email: string, password: string): Promise<void> {
  const response = await send("/api/v1/auth/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw await problemOf(response);
  keep((await response.json()) as Access);
  otherTabs?.postMessage("signed-in");
}

/** End this session here, whatever the server can be told of it. */
export async function signOut(): Promise<void> {
  try {
    await send("/api/v1/auth/sign-out", { method: "POST", headers: CLIENT });
  } finally {
    forget("signed-out");
    otherTabs?.postMessage("signed-out");
  }
}

/** The session ended by another route (sign out everywhere, deactivation): forget it here and in other tabs. */
export function sessionOver(): void {
  forget("signed-out");
  otherTabs?.postMessage("signed-out");
}

/**
 * Exchange the cookie for the next access token; tell whether there is a session. Tabs take turns: the cookie is good
 * for one exchange, and a second one with it would end the session.
 */
export function renew(): Promise<boolean> {
  renewing ??= inTurn(async () => {
    const response = await send("/api/v1/auth/refresh", { method: "POST", headers: CLIENT });
    if (response.ok) {
      keep((await response.json()) as Access);
      return true;
    }
    if (response.status === 401 || response.status === 403) {
      forget(state === "signed-in" || state === "ended" ? "ended" : "signed-out");
      return false;
    }
    throw await problemOf(response);
  }).finally(() => {
    renewing = null;
  });
  return renewing;
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager };
  return locks === undefined ? work() : (locks.request(LOCK, work) as Promise<T>);
}

/** Fetch as the person who is signed in, renewing the session where its token has run out. Throws `Problem`. */
export async function fetchSignedIn(request: Request): Promise<Response> {
  return signedIn((authorization) => {
    // A request's body can be read once: each attempt sends a copy.
    const attempt = request.clone();
    attempt.headers.set("Authorization", authorization);
    return send(attempt);
  });
}

/** Do what needs a token, and once more with the next one where the server does not take it. Throws `Problem`. */
export async function signedIn(attempt: (authorization: string) => Promise<Response>): Promise<Response> {
  if ((token === null || token.goodUntil <= Date.now()) && !(await renew())) throw notSignedIn();
  let response = await attempt(`Bearer ${token?.text ?? ""}`);
  if (response.status === 401) {
    if (!(await renew())) throw notSignedIn();
    response = await attempt(`Bearer ${token?.text ?? ""}`);
  }
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
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
    title: "Signed out",
    detail: "Your session has ended. Sign in again to go on.",
  });
}
