// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Problem } from "./problem";
import { Channel, Locks, Server } from "./session.test.server";

let server: Server;

const tab = async () => {
  vi.resetModules();
  return import("./session");
};
const signedInTab = async (member = "anna") => {
  const session = await tab();
  await session.signIn(member, "secret");
  return session;
};
const get = (path: string, signal?: AbortSignal) =>
  new Request(`http://own.example/api/v1/${path}`, { signal });
const put = (path: string, body: string) =>
  new Request(`http://own.example/api/v1/${path}`, { method: "PUT", body });
const refusal = (answer: Promise<unknown>): Promise<Problem> =>
  answer.then(
    () => expect.fail("it should have been refused"),
    (error: Problem) => error,
  );
const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  server = new Server();
  Channel.all.clear();
  localStorage.clear();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("navigator", { locks: new Locks() });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a tab", () => {
  it("asks the cookie once, and knows then", async () => {
    const session = await tab();
    expect(session.sessionState()).toBe("unknown");
    expect(await session.renew()).toBe(false);
    expect(session.sessionState()).toBe("signed-out");
  });

  it("keeps its session over a reload, and nothing of it where scripts can read", async () => {
    await signedInTab();
    const reloaded = await tab();
    await reloaded.fetchSignedIn(get("loans"));
    expect(reloaded.sessionState()).toBe("signed-in");
    expect(server.done).toEqual(["anna GET loans"]);
    expect({ ...localStorage }).toEqual({ "realinsights-session": "open" });
  });

  it("says in the server's words why one may not sign in", async () => {
    const session = await tab();
    const { status, message } = await refusal(session.signIn("wrong", "x"));
    expect([status, message]).toEqual([401, "The e-mail address or the password is wrong."]);
    expect(session.sessionState()).toBe("unknown");
  });

  it("renews once for all requests that need it", async () => {
    server.cookie = "anna";
    const session = await tab();
    await Promise.all(["a", "b", "c"].map((path) => session.fetchSignedIn(get(path))));
    expect(server.refreshes).toBe(1);
    expect(server.done).toHaveLength(3);
  });

  it("renews before its token runs out", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const session = await signedInTab();
    vi.setSystemTime(Date.now() + 565_000);
    await session.fetchSignedIn(get("loans"));
    expect(server.refreshes).toBe(0);
    vi.setSystemTime(Date.now() + 10_000);
    await session.fetchSignedIn(get("loans"));
    expect(server.refreshes).toBe(1);
  });

  it("sends again, body and all, what the server refused because the role has changed", async () => {
    const session = await signedInTab();
    server.void();
    await session.fetchSignedIn(put("loans/1", "{}"));
    expect(server.done).toEqual(["anna PUT loans/1 {}"]);
    expect(session.accessRefusals()).toBe(1);
    expect(session.sessionState()).toBe("signed-in");
  });

  it("says that the server is away, and goes on when it is back", async () => {
    server.cookie = "anna";
    server.away = true;
    const session = await tab();
    expect((await refusal(session.renew())).status).toBe(0);
    expect(session.sessionState()).toBe("unknown");
    server.away = false;
    expect(await session.renew()).toBe(true);
  });
});

describe("a session that ends while a page is open", () => {
  it("fails a write, so that the person decides, and lets a read wait", async () => {
    const session = await signedInTab();
    server.end();
    expect((await refusal(session.fetchSignedIn(put("loans/1", "{}")))).status).toBe(401);
    expect(session.sessionState()).toBe("ended");
    const read = session.fetchSignedIn(get("loans"));
    await soon();
    expect(server.done).toEqual([]);
    await session.signIn("anna", "secret", { again: true });
    expect((await read).ok).toBe(true);
    expect(server.done).toEqual(["anna GET loans"]);
  });

  it("lets a read that nobody waits for go", async () => {
    const session = await signedInTab();
    server.end();
    const given = new AbortController();
    const read = session.fetchSignedIn(get("loans", given.signal)).catch((error: Error) => error.name);
    await soon();
    given.abort();
    expect(await read).toBe("AbortError");
  });

  it("tells a deactivated member why", async () => {
    const session = await signedInTab();
    server.deactivated.add("anna");
    server.void();
    await refusal(session.fetchSignedIn(put("loans/1", "{}")));
    const { status, message } = await refusal(session.signIn("anna", "secret", { again: true }));
    expect([status, message]).toEqual([403, "This account is deactivated."]);
    expect(session.sessionState()).toBe("ended");
  });

  it("does not ask over and over", async () => {
    const session = await signedInTab();
    server.end();
    for (let times = 0; times < 3; times += 1) await refusal(session.fetchSignedIn(put("loans/1", "{}")));
    expect(server.refreshes).toBe(1);
  });
});

describe("several tabs", () => {
  it("take turns to renew", async () => {
    server.cookie = "anna";
    const tabs = [await tab(), await tab(), await tab()];
    await Promise.all(tabs.map((session) => session.renew()));
    expect(server.refreshes).toBe(3);
    expect(server.mostAtOnce).toBe(1);
    expect(tabs.map((session) => session.sessionState())).toEqual(["signed-in", "signed-in", "signed-in"]);
  });

  it("hear that one signed out, and that it is signed in again", async () => {
    const one = await signedInTab();
    const other = await tab();
    await other.renew();
    await one.signOut();
    await soon();
    expect([one.sessionState(), other.sessionState()]).toEqual(["left", "left-elsewhere"]);
    expect((await refusal(other.fetchSignedIn(put("loans/1", "{}")))).status).toBe(401);
    const third = await signedInTab();
    await soon();
    expect([third.sessionState(), other.sessionState()]).toEqual(["signed-in", "signed-in"]);
  });

  it("never act for another member who signs in in one of them", async () => {
    const annas = await signedInTab("anna");
    const bens = await signedInTab("ben");
    await soon();
    expect([annas.sessionState(), bens.sessionState()]).toEqual(["someone-else", "signed-in"]);
    expect((await refusal(annas.fetchSignedIn(put("loans/1", "{}")))).status).toBe(401);
    expect(server.done).toEqual([]);
    await annas.signIn("anna", "secret", { again: true });
    await soon();
    expect([annas.sessionState(), bens.sessionState()]).toEqual(["signed-in", "someone-else"]);
    await annas.fetchSignedIn(put("loans/1", "{}"));
    expect(server.done).toEqual(["anna PUT loans/1 {}"]);
  });

  it("notice another member by the token itself, where tabs cannot hear each other", async () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const annas = await signedInTab("anna");
    server.void();
    server.cookie = "ben";
    expect((await refusal(annas.fetchSignedIn(put("loans/1", "{}")))).status).toBe(401);
    expect(annas.sessionState()).toBe("someone-else");
    expect(server.done).toEqual([]);
  });
});

describe("signing out", () => {
  it("holds while the server is away: it is told before the session could go on", async () => {
    const session = await signedInTab();
    server.away = true;
    await session.signOut();
    expect(session.sessionState()).toBe("left");
    server.away = false;
    const reloaded = await tab();
    expect(await reloaded.renew()).toBe(false);
    expect(reloaded.sessionState()).toBe("signed-out");
    expect(server.cookie).toBeNull();
    expect({ ...localStorage }).toEqual({});
  });

  it("does not let a reload in as long as the server cannot be told", async () => {
    const session = await signedInTab();
    server.away = true;
    await session.signOut();
    const reloaded = await tab();
    await refusal(reloaded.renew());
    expect(reloaded.sessionState()).toBe("unknown");
  });
});

describe("what was being written", () => {
  const DRAFT = "realinsights-draft:anna:loan";

  beforeEach(() => sessionStorage.setItem(DRAFT, "{}"));

  it("goes with a sign-out", async () => {
    const session = await signedInTab();
    await session.signOut();
    expect(sessionStorage.getItem(DRAFT)).toBeNull();
  });

  it("outlasts a session that ran out, and leaving the page then", async () => {
    const session = await signedInTab();
    server.end();
    await refusal(session.fetchSignedIn(put("loans/1", "{}")));
    expect(session.sessionState()).toBe("ended");
    session.leaveTab();
    expect(sessionStorage.getItem(DRAFT)).toBe("{}");
  });

  it("goes where somebody signed out in another tab and the page is left", async () => {
    const one = await signedInTab();
    const other = await tab();
    await other.renew();
    await one.signOut();
    await soon();
    // Tabs of a browser have each their own drafts.
    sessionStorage.setItem(DRAFT, "{}");
    other.leaveTab();
    expect(sessionStorage.getItem(DRAFT)).toBeNull();
  });
});
