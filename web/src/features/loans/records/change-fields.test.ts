import { describe, expect, it } from "vitest";

import { importOf, shownFields } from "./change-fields";

const change = (field: string, before: string | null, after: string | null) => ({ field, before, after });

describe("the fields of a change", () => {
  it("leaves out what repeats others", () => {
    const fields = [
      change("propertyIds[0]", null, "a"),
      change("properties[0].propertyId", null, "a"),
      change("sources.*", null, "import#4"),
      change("riskRatingHistory[0].rating", null, "3"),
      change("riskRating.rating", null, "3"),
    ];
    expect(shownFields(fields).map(({ field }) => field)).toEqual([
      "properties[0].propertyId",
      "riskRating.rating",
    ]);
  });

  it("knows the import that made it", () => {
    expect(importOf([change("rate", "0.05", "0.06"), change("sources.*", "one#1", "two#7")])).toBe("two");
    expect(importOf([change("sources.*", "one#1", null)])).toBeNull();
    expect(importOf([change("rate", "0.05", "0.06")])).toBeNull();
  });
});
