import { expect, test } from "vitest";

import { shadeOf, TILES } from "./state-tiles";

test("every state and the District of Columbia have a tile of their own", () => {
  expect(TILES).toHaveLength(51);
  expect(new Set(TILES.map(({ state }) => state)).size).toBe(51);
  expect(new Set(TILES.map(({ row, column }) => `${row},${column}`)).size).toBe(51);
});

test("a state lies where its neighbors expect it", () => {
  const at = (wanted: string) => TILES.find(({ state }) => state === wanted);
  const [oregon, california, nevada] = [at("OR"), at("CA"), at("NV")];
  expect(oregon?.row).toBe((california?.row ?? 0) - 1);
  expect(nevada?.column).toBe((oregon?.column ?? 0) + 1);
});

test("shades are thirds of the largest share; nothing is none", () => {
  expect([0, 0.1, 0.33, 0.34, 0.66, 0.67, 1].map((share) => shadeOf(share, 1))).toEqual([
    0, 1, 1, 2, 2, 3, 3,
  ]);
  expect(shadeOf(0, 0)).toBe(0);
});
