import { expect, it } from "vitest";

import { begin, end } from "./journal-address";

// The tests' time zone is New York's.
it("takes a day as the person means it, not as London does", () => {
  expect(begin("2026-11-22")).toBe("2026-11-22T05:00:00.000Z");
  expect(end("2026-11-22")).toBe("2026-11-23T04:59:59.999Z");
});

it("takes a day on which the clocks change whole", () => {
  expect(begin("2026-11-01")).toBe("2026-11-01T04:00:00.000Z");
  expect(end("2026-11-01")).toBe("2026-11-02T04:59:59.999Z");
});

it.each([null, "", "yesterday", "2026-13-01", "2026-11-22T00:00"])("takes %j as no day", (day) => {
  expect(begin(day)).toBeUndefined();
});
