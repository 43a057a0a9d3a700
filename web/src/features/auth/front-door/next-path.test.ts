import { describe, expect, it } from "vitest";

import { nextPath } from "./next-path";

const ORIGIN = "https://debt.example";
const next = (path: string) => nextPath(`?next=${encodeURIComponent(path)}`, ORIGIN);

describe("nextPath", () => {
  it.each(["/loans/", "/loan/?id=7#payments", "/dashboard/?lender=a&lender=b"])("goes on to %s", (path) => {
    expect(next(path)).toBe(path);
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "loans/",
    "",
    "/sign-in/?next=/sign-in/",
    "/sign-up/",
    "/api/v1/auth/me",
  ])("does not go on to %j", (path) => {
    expect(next(path)).toBe("/dashboard/");
  });

  it("goes to the dashboard where nothing is said", () => {
    expect(nextPath("", ORIGIN)).toBe("/dashboard/");
  });
});
