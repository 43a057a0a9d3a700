// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { forgetDrafts, forgetPerson } from "./device";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  localStorage.setItem("realinsights-visits-harbor", "[]");
  localStorage.setItem("realinsights-single-keys", "true");
  sessionStorage.setItem("realinsights-draft:anna:loan", "{}");
  sessionStorage.setItem("realinsights-draft:anna:loan:1", "{}");
  sessionStorage.setItem("other", "1");
});

describe("what is left on a device", () => {
  it("is nothing of the person who signs out, and how they like to work", () => {
    forgetPerson();
    expect({ ...localStorage }).toEqual({ "realinsights-single-keys": "true" });
    expect({ ...sessionStorage }).toEqual({ other: "1" });
  });

  it("keeps what was visited where only drafts go", () => {
    forgetDrafts();
    expect(localStorage.getItem("realinsights-visits-harbor")).toBe("[]");
    expect({ ...sessionStorage }).toEqual({ other: "1" });
  });
});
