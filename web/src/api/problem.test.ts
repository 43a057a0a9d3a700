import { describe, expect, it } from "vitest";

import { problemOf } from "./problem";

describe("problemOf", () => {
  it("has the server's words, and what to quote", async () => {
    const body = JSON.stringify({ title: "Conflict", detail: "There is one already.", status: 409 });
    const problem = await problemOf(new Response(body, { status: 409, headers: { "X-Request-Id": "r-1" } }));
    expect(problem).toMatchObject({ status: 409, message: "There is one already.", requestId: "r-1" });
  });

  it("asks nobody to quote what a proxy's page does not have", async () => {
    const problem = await problemOf(
      new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }),
    );
    expect(problem.requestId).toBeNull();
    expect(problem.message).toBe("The server failed. Nothing you entered is lost; try again in a moment.");
  });
});
