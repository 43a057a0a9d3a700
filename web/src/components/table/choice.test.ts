import { describe, expect, it } from "vitest";

import { defaultChoice, fittingChoice, moved, parseChoice } from "./choice";
import type { Column } from "./column";

const column = (id: string, hidden = false): Column<string> => ({
  id,
  header: id,
  cell: (row) => row,
  width: 100,
  hidden,
});
const COLUMNS = [column("name"), column("balance"), column("rate"), column("value", true)];

describe("fittingChoice", () => {
  it("shows what is declared where nothing was kept", () => {
    expect(fittingChoice(COLUMNS, null)).toEqual(defaultChoice(COLUMNS));
    expect(defaultChoice(COLUMNS).columnVisibility).toEqual({
      name: true,
      balance: true,
      rate: true,
      value: false,
    });
  });

  it("keeps what was chosen, drops what is gone and adds what is new where it is declared", () => {
    const kept = {
      columnOrder: ["name", "gone", "rate", "balance"],
      columnVisibility: { name: true, gone: true, rate: false, balance: true },
      columnSizing: { rate: 140, gone: 10 },
    };
    const columns = [...COLUMNS, column("new")];
    expect(fittingChoice(columns, kept)).toEqual({
      columnOrder: ["name", "rate", "balance", "value", "new"],
      columnVisibility: { name: true, balance: true, rate: false, value: false, new: true },
      columnSizing: { rate: 140 },
    });
  });

  it("lets the first column lead, and shows it", () => {
    const kept = { columnOrder: ["rate", "name"], columnVisibility: { name: false }, columnSizing: {} };
    const fitting = fittingChoice(COLUMNS, kept);
    expect(fitting.columnOrder[0]).toBe("name");
    expect(fitting.columnVisibility.name).toBe(true);
  });
});

describe("moved", () => {
  it.each([
    ["c", -1, ["a", "c", "b"]],
    ["b", 1, ["a", "c", "b"]],
    ["b", -1, ["a", "b", "c"]],
    ["c", 1, ["a", "b", "c"]],
    ["a", 1, ["a", "b", "c"]],
  ] as const)("moves %s by %i", (id, by, order) => {
    expect(moved(["a", "b", "c"], id, by)).toEqual(order);
  });
});

describe("parseChoice", () => {
  it("reads what it wrote", () => {
    const choice = defaultChoice(COLUMNS);
    expect(parseChoice(JSON.stringify(choice))).toEqual(choice);
  });

  it.each([undefined, "", "null", "7", "[]", "{", '{"columnOrder":[1]}'])("takes %s for nothing", (text) => {
    expect(parseChoice(text)).toBeNull();
  });
});
