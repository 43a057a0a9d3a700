import { describe, expect, it } from "vitest";

import { outdated } from "./standing";

describe("a citation", () => {
  it("holds while nothing has changed", () => {
    expect(outdated({ stale: null, value: "0.0525" }, "0.05250")).toBeNull();
  });

  it("does not hold where the loan says another value, also before the service has heard of it", () => {
    expect(outdated({ stale: null, value: "0.0525" }, "0.06")).toBe("field_changed");
    expect(outdated({ stale: "field_changed", value: "0.0525" }, "0.0525")).toBe("field_changed");
  });

  it("says what else has changed, whatever the loan says by now", () => {
    expect(outdated({ stale: "new_version", value: "0.0525" }, "0.06")).toBe("new_version");
    expect(outdated({ stale: "document_deleted", value: null }, null)).toBe("document_deleted");
  });
});
