import { describe, expect, it } from "vitest";

import { Problem } from "@/api/problem";

import { refusalsByField, refusalsElsewhere } from "./refusals";

const refused = (...errors: [string, string][]) =>
  new Problem({
    status: 422,
    title: "Please check what you entered",
    detail: "What you sent has bad fields.",
    errors: errors.map(([field, message]) => ({ field, message, code: "rule" })),
  });

describe("refusals", () => {
  it("of one entry in a list of values are said at the list, those of rows at the row", () => {
    const problem = refused(["recipients[1]", "is nobody"], ["properties[0].name", "is too long"]);
    expect(refusalsByField(problem)).toEqual({
      recipients: "Is nobody",
      "properties.0.name": "Is too long",
    });
  });

  it("of what a form does not have are told with the field's name, the others are not told twice", () => {
    const problem = refused(
      ["recipients[1]", "is nobody"],
      ["quietHours.since", "is no time"],
      ["timeZone", "is no zone"],
    );
    expect(refusalsElsewhere(problem, ["recipients", "timeZone"])).toEqual([
      "Quiet hours, since: Is no time",
    ]);
  });
});
