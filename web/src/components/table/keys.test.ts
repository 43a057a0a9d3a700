import { describe, expect, it } from "vitest";

import { between, deedOf, type Pressed } from "./keys";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe("deedOf", () => {
  it.each([
    ["ArrowDown", 5, 6],
    ["ArrowUp", 5, 4],
    ["ArrowUp", 0, 0],
    ["ArrowDown", 99, 99],
    ["PageDown", 5, 25],
    ["PageUp", 5, 0],
    ["PageDown", 95, 99],
    ["Home", 5, 0],
    ["End", 5, 99],
  ])("%s leads from %i to %i", (key, at, to) => {
    expect(deedOf(press(key), at, 100, 20)).toEqual({ do: "move", to, extend: false });
  });

  it("extends the selection with Shift", () => {
    expect(deedOf(press("ArrowDown", { shiftKey: true }), 1, 100, 20)).toEqual({
      do: "move",
      to: 2,
      extend: true,
    });
    expect(deedOf(press(" ", { shiftKey: true }), 1, 100, 20)).toEqual({ do: "toggle", extend: true });
  });

  it("opens with Enter, apart from this page with Ctrl or Cmd", () => {
    expect(deedOf(press("Enter"), 1, 100, 20)).toEqual({ do: "open", apart: false });
    expect(deedOf(press("Enter", { metaKey: true }), 1, 100, 20)).toEqual({ do: "open", apart: true });
  });

  it("leaves what is not its own to others", () => {
    expect(deedOf(press("a"), 1, 100, 20)).toBeNull();
    expect(deedOf(press("ArrowDown", { altKey: true }), 1, 100, 20)).toBeNull();
    expect(deedOf(press("ArrowDown"), 0, 0, 20)).toBeNull();
    expect(deedOf(press("g"), 1, 100, 20)).toBeNull();
  });
});

describe("between", () => {
  it("names both ends, in either direction", () => {
    expect(between(2, 4)).toEqual([2, 3, 4]);
    expect(between(4, 2)).toEqual([2, 3, 4]);
    expect(between(3, 3)).toEqual([3]);
  });
});
