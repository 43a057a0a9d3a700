import type { Column } from "./column";

/** Which columns a person sees, in which order and how wide; as TanStack Table names these states. */
export interface Choice {
  readonly columnOrder: string[];
  readonly columnVisibility: Record<string, boolean>;
  readonly columnSizing: Record<string, number>;
}

export function defaultChoice<Row>(columns: readonly Column<Row>[]): Choice {
  return {
    columnOrder: columns.map(({ id }) => id),
    columnVisibility: Object.fromEntries(columns.map(({ id, hidden }) => [id, hidden !== true])),
    columnSizing: {},
  };
}

/** What was kept, made to fit today's columns: unknown ones are dropped, new ones stand where they are declared. */
export function fittingChoice<Row>(columns: readonly Column<Row>[], kept: Choice | null): Choice {
  const standard = defaultChoice(columns);
  const [first] = standard.columnOrder;
  if (kept === null || first === undefined) return standard;
  const order = kept.columnOrder.filter((id) => standard.columnOrder.includes(id));
  standard.columnOrder.forEach((id, place) => {
    if (!order.includes(id)) order.splice(place, 0, id);
  });
  const ofKnown = <T>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => standard.columnOrder.includes(id)));
  return {
    columnOrder: [first, ...order.filter((id) => id !== first)],
    columnVisibility: { ...standard.columnVisibility, ...ofKnown(kept.columnVisibility), [first]: true },
    columnSizing: ofKnown(kept.columnSizing),
  };
}

/** Move a column one place towards the start or the end; the first one leads and stays. */
export function moved(order: readonly string[], id: string, by: -1 | 1): string[] {
  const from = order.indexOf(id);
  const other = order[from + by];
  if (from < 1 || from + by < 1 || other === undefined) return [...order];
  return order.map((known) => (known === id ? other : known === other ? id : known));
}

/** Read what was kept; whatever else stands there counts as nothing. */
export function parseChoice(text: string | undefined): Choice | null {
  try {
    const kept = JSON.parse(text ?? "null") as Partial<Choice> | null;
    const order: unknown = kept?.columnOrder;
    if (!Array.isArray(order) || !order.every((id) => typeof id === "string")) return null;
    return {
      columnOrder: order,
      columnVisibility: only(kept?.columnVisibility, (value) => typeof value === "boolean"),
      columnSizing: only(kept?.columnSizing, (value) => typeof value === "number" && value > 0),
    };
  } catch {
    return null;
  }
}

function only<T>(
  values: Record<string, T> | undefined,
  good: (value: unknown) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => good(value)));
}
