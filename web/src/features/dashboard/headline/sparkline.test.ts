import { expect, test } from "vitest";

import { linesThrough } from "./sparkline";

test("the line runs from the lowest value at the bottom to the highest at the top", () => {
  expect(linesThrough([1, 3, 2])).toEqual(["0,28 50,2 100,15"]);
});

test("a value that never changes is a line in the middle", () => {
  expect(linesThrough([5, 5])).toEqual(["0,15 100,15"]);
  expect(linesThrough([0, 0])).toEqual(["0,15 100,15"]);
});

test("a change of a twentieth takes a quarter of the height, not all of it", () => {
  expect(linesThrough([100, 95])).toEqual(["0,11.75 100,18.25"]);
});

test("months without a value are gaps", () => {
  expect(linesThrough([1, 2, null, 2, 1])).toEqual(["0,28 25,2", "75,2 100,28"]);
});

test("nothing known, or one month, draws nothing", () => {
  expect(linesThrough([])).toEqual([]);
  expect(linesThrough([null, 4, null])).toEqual([]);
});
