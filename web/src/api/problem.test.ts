import { describe, expect, it } from "vitest";

import { isAway, problemOf, UNREACHABLE } from "./problem";

describe("problemOf", () => {
  it("has the server's words, and what to quote", async () => {
    const body = JSON.stringify({ title: "Conflict", detail: "There is one already.", status: 409 });
    const problem = await problemOf(new Response(body, { status: 409, headers: { "X-Request-Id": "r-1" } }));
    expect(problem).toMatchObject({ status: 409, message: "There is one already.", requestId: "r-1" });
  });

  it.each([
    [401, "Unauthorized", "Please sign in again"],
    [404, "Not Found", "This doesn’t exist or was deleted"],
    [422, "Unprocessable Entity", "Please check what you entered"],
    [418, "I'm a Teapot", "That didn’t work"],
  ])("heads %i in plain words, not by the phrase %s", async (status, title, words) => {
    const body = JSON.stringify({ title, detail: "Some reason.", status });
    expect((await problemOf(new Response(body, { status }))).title).toBe(words);
  });

  it("asks nobody to quote what a proxy's page does not have", async () => {
    const problem = await problemOf(
      new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }),
    );
    expect(problem.requestId).toBeNull();
    expect(problem.title).toBe("Not available just now");
    expect(problem.message).toBe("Try again in a moment. Nothing you entered is lost.");
  });
});

describe("isAway", () => {
  it.each([
    [502, true],
    [503, true],
    [504, true],
    [500, false],
    [507, false],
    [404, false],
  ])("says of %i: %s", async (status, away) => {
    expect(isAway(await problemOf(new Response(null, { status })))).toBe(away);
  });

  it("does not take a lost connection for a part that is away", () => {
    expect(isAway(UNREACHABLE)).toBe(false);
    expect(isAway(new Error("another"))).toBe(false);
  });
});
