import { expect, it } from "vitest";

import { shiftWords } from "./shift-words";

it("a shift has its sign", () => {
  expect([0, 25, -50].map(shiftWords)).toEqual(["not moved", "+25 bp", "−50 bp"]);
});
