"use client";

import { useLocalStorage } from "@mantine/hooks";
import {
  type Column as TableColumn,
  type ColumnDef,
  functionalUpdate,
  type Table,
  type TableState,
  useReactTable,
} from "@tanstack/react-table";
import { useDeferredValue, useMemo } from "react";

import { type Choice, defaultChoice, fittingChoice, parseChoice } from "./choice";
import type { Column } from "./column";

export type Columns = Table<unknown>;
export type ShownColumn = TableColumn<unknown>;

const NO_ROWS: unknown[] = [];
const NARROWEST = 56;

/**
 * The columns of a table as a person arranged them, kept on this device. Rows are ordered, filtered and counted by the
 * server alone, so of TanStack Table only the model of columns is used: a model of ten thousand rows would be made
 * anew with every page that arrives.
 */
export function useColumns<Row>(
  id: string,
  columns: readonly Column<Row>[],
): { table: Columns; shown: readonly Column<Row>[]; reset: () => void } {
  const [kept, keep, forget] = useLocalStorage<Choice | null>({
    key: `realinsights-columns-${id}`,
    defaultValue: null,
    getInitialValueInEffect: false,
    deserialize: parseChoice,
  });
  const choice = useMemo(() => fittingChoice(columns, kept), [columns, kept]);
  const definitions = useMemo(
    () =>
      columns.map((column, place): ColumnDef<unknown> => ({
        id: column.id,
        header: column.header,
        size: column.width,
        minSize: NARROWEST,
        enableHiding: place > 0,
      })),
    [columns],
  );
  const change = (part: keyof Choice) => (updater: TableState[typeof part] | ((old: never) => unknown)) =>
    keep((before) => {
      const fitting = fittingChoice(columns, before);
      return { ...fitting, [part]: functionalUpdate(updater as never, fitting[part] as never) };
    });
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by the React compiler
  const table = useReactTable({
    data: NO_ROWS,
    columns: definitions,
    state: choice,
    onColumnOrderChange: change("columnOrder"),
    onColumnVisibilityChange: change("columnVisibility"),
    onColumnSizingChange: change("columnSizing"),
    columnResizeMode: "onEnd",
    getCoreRowModel: () => () => ({ rows: [], flatRows: [], rowsById: {} }),
  });
  const shown = useMemo(
    () =>
      choice.columnOrder.flatMap((known) => {
        const column = columns.find(({ id: own }) => own === known);
        return column !== undefined && choice.columnVisibility[known] ? [column] : [];
      }),
    [columns, choice.columnOrder, choice.columnVisibility],
  );
  // Every row is drawn anew for another column: what was pressed answers before that.
  return { table, shown: useDeferredValue(shown), reset: forget };
}

/** Whether the columns are as the table declares them. */
export function isStandard<Row>(table: Columns, columns: readonly Column<Row>[]): boolean {
  const { columnOrder, columnVisibility, columnSizing } = table.getState();
  return (
    JSON.stringify({ columnOrder, columnVisibility, columnSizing }) === JSON.stringify(defaultChoice(columns))
  );
}
