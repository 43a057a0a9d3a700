import { describe, expect, it } from "vitest";

import { DESTINATIONS } from "@/components/navigation";

import { follow, SHORTCUTS, spelled } from "./shortcuts";

describe("SHORTCUTS", () => {
  it("gives every key one meaning", () => {
    const keys = SHORTCUTS.filter(({ deed }) => deed !== undefined).map((shortcut) => shortcut.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => keys.some((other) => other.startsWith(`${key} `)))).toEqual([]);
  });

  it("leads to every destination of the menu", () => {
    for (const { keys, path } of DESTINATIONS) {
      expect(SHORTCUTS).toContainEqual(expect.objectContaining({ keys, deed: { go: path } }));
    }
  });
});

describe("follow", () => {
  it("waits for the second key", () => {
    expect(follow("", "g", SHORTCUTS)).toEqual({ found: null, waiting: "g" });
    expect(follow("g", "d", SHORTCUTS).found?.deed).toEqual({ go: "/dashboard/" });
  });

  it("begins anew where a key leads nowhere", () => {
    expect(follow("g", "x", SHORTCUTS)).toEqual({ found: null, waiting: "" });
    expect(follow("g", "g", SHORTCUTS)).toEqual({ found: null, waiting: "g" });
    expect(follow("g", "n", SHORTCUTS).found?.deed).toEqual({ go: "/loan/new/" });
  });

  it("leaves keys of the table to the table", () => {
    expect(follow("", "Enter", SHORTCUTS).found).toBeNull();
    expect(follow("", "Escape", SHORTCUTS).found).toBeNull();
  });
});

describe("spelled", () => {
  it.each([
    ["g", "KeyG", "g"],
    ["G", "KeyG", "g"],
    ["п", "KeyG", "g"],
    ["?", "Slash", "?"],
    ["/", "Digit7", "/"],
    ["ArrowDown", "ArrowDown", "ArrowDown"],
  ])("spells %s at %s as %s", (key, code, name) => {
    expect(spelled({ key, code })).toBe(name);
  });
});
