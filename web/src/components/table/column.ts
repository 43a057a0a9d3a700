import type { ReactNode } from "react";

import type { Formats } from "@/format/format";

/**
 * A column of a `DataTable`. Keep a table's columns in a constant outside of its component: rows are drawn again only
 * where their columns, their data or their selection changed.
 */
export interface Column<Row> {
  readonly id: string;
  /** Its heading, in one or two words. */
  readonly header: string;
  /** What it means, where the heading does not tell: the heading's title, and shown where columns are chosen. */
  readonly meaning?: string;
  readonly cell: (row: Row, formats: Formats) => ReactNode;
  /** Text for a cell's title, where what is shown may be cut off. */
  readonly title?: (row: Row, formats: Formats) => string | null | undefined;
  /** In pixels; the first column should stay below 200, it does not move when the others do. */
  readonly width: number;
  /** Whether it takes what is left of the width. */
  readonly grow?: boolean;
  readonly align?: "start" | "end";
  /** The server's order by it, `balance`; descending is `-balance`. Without one the heading sorts nothing. */
  readonly order?: string;
  /** Which way the first press of its heading sorts. */
  readonly firstOrder?: "ascending" | "descending";
  /** Not shown until somebody chooses it. */
  readonly hidden?: boolean;
  /** Stands in the card that a row becomes on a phone; the first column is the card's heading. */
  readonly card?: boolean;
}

/** A row of figures below the others, which stays in sight. */
export interface Totals {
  readonly id: string;
  /** What these are the totals of, in the first column. */
  readonly label: ReactNode;
  /** By the column's id. */
  readonly cells: Readonly<Record<string, ReactNode>>;
}

/** The other direction of a server's order, or the first one where something else is ordered by. */
export function nextOrder<Row>(column: Column<Row>, current: string | undefined): string {
  const order = column.order ?? "";
  if (current === order) return `-${order}`;
  if (current === `-${order}`) return order;
  return column.firstOrder === "descending" ? `-${order}` : order;
}

/** What `aria-sort` says of a column. */
export function sortOf<Row>(
  column: Column<Row>,
  current: string | undefined,
): "ascending" | "descending" | "none" | undefined {
  if (column.order === undefined) return undefined;
  if (current === column.order) return "ascending";
  return current === `-${column.order}` ? "descending" : "none";
}
