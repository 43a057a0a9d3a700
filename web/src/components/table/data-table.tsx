"use client";

import { Button, Text, VisuallyHidden } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import { ProblemNotice } from "@/components/problem-notice";

import { usePrinting } from "@/components/printing";

import type { Column, Totals } from "./column";
import { ColumnsMenu } from "./columns-menu";
import { OrderMenu } from "./order-menu";
import type { Rows } from "./pages";
import { SelectionBar } from "./selection-bar";
import { TableBody, withActive } from "./table-body";
import { TableFoot } from "./table-foot";
import { TableHead } from "./table-head";
import classes from "./table.module.css";
import { useColumns } from "./use-columns";
import { useRoom } from "./use-room";
import { useRowDeeds } from "./use-row-deeds";
import type { Selection } from "./use-selection";

const ROW = 32;
const ROOMY = 44;
const HEAD = 36;
const FOOT = 44;
const CHECK = 36;
const BELOW = 24;
/** How many placeholder rows are drawn where the total is not known. */
const FEW = 20;
const OVERSCAN = 6;
const NARROW = "(max-width: 40em)";

/** How far each view was scrolled when it was left, so that coming back leads to the same place. */
const left = new Map<string, number>();

export interface DataTableProps<Row> {
  /** Names the table where a person's choice of columns is kept. */
  id: string;
  /** What it lists, for who cannot see it: "Loans". */
  label: string;
  /** A constant: see `Column`. */
  columns: readonly Column<Row>[];
  /** From `useRows(cursorPages(…))`. */
  list: Rows<Row>;
  rowId: (row: Row) => string;
  /** What a row is called, where it is spoken of: "loan 12". */
  rowName: (row: Row) => string;
  rowLink?: (row: Row) => string;
  /** The server's order now, and what asks for another. Without, no heading sorts. */
  order?: string;
  onOrder?: (order: string) => void;
  /** From `useSelection(view)`. Without, nothing can be selected. */
  selection?: Selection;
  /** What can be done with what is selected: buttons of `size="compact-sm"`. */
  actions?: ReactNode;
  /** Stands left of the choice of columns: a search field, a count. */
  toolbar?: ReactNode;
  totals?: readonly Totals[];
  /** Shown instead of rows where there are none. */
  empty: ReactNode;
  /** Names what is asked for (filters, order): another view begins at the top, the same one where it was left. */
  view?: string;
}

const NO_TOTALS: readonly Totals[] = [];

/**
 * A list of any length as a table: only the rows in sight are drawn, pages are asked for as they come into sight.
 *
 *     const list = useRows(lendersPages(filters));
 *     const selection = useSelection(view);
 *     <DataTable id="lenders" label="Lenders" columns={COLUMNS} list={list} rowId={({ id }) => id} … />
 *
 * Keys: arrows, PageUp, PageDown, Home, End move; Enter opens (with Ctrl or Cmd in another tab); Space selects, Shift
 * extends, Ctrl or Cmd + A selects what has come, Escape clears. On a phone each row is a card.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, label, columns, list, rowId, rowName, rowLink, order, onOrder, selection, actions, toolbar } =
    props;
  const { totals = NO_TOTALS, empty, view = "" } = props;
  const { table, shown, reset } = useColumns(id, columns);
  const cards = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  // How near rows are is a matter of the eyes, not of the list: one choice for all of them, kept on this device.
  const [roomy, setRoomy] = useLocalStorage({
    key: "realinsights-roomy-rows",
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const printing = usePrinting();
  const scroller = useRef<HTMLDivElement>(null);
  const room = useRoom(scroller, BELOW);
  const [active, setActive] = useState(0);

  const inCards = shown.filter((column, place) => place === 0 || column.card);
  const drawn = cards ? inCards : shown;
  const rowHeight = cards ? 52 + 40 * Math.ceil((inCards.length - 1) / 2) : roomy ? ROOMY : ROW;
  const loaded = list.rows.length;
  const failed = list.error !== null;
  const count = failed || !list.more ? loaded : Math.max(loaded, list.total ?? loaded + FEW);
  const footed = cards ? FOOT : FOOT * totals.length;

  const rangeExtractor = useCallback(
    (range: Range) => withActive(defaultRangeExtractor(range), active, range),
    [active],
  );
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by the React compiler
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: printing ? loaded : OVERSCAN,
    rangeExtractor,
    scrollPaddingEnd: (cards ? 0 : HEAD) + footed,
    initialOffset: () => left.get(id + view) ?? 0,
    onChange: (instance) => void left.set(id + view, instance.scrollOffset ?? 0),
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();

  // Rows of another height: the virtualizer has measured the former ones.
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight]);

  // Which page is wanted follows from where the person has scrolled to.
  const lastSeen = virtual.range?.endIndex ?? 0;
  const wanted = list.more && !list.fetching && !failed && lastSeen + OVERSCAN >= loaded;
  const { fetchMore } = list;
  useEffect(() => {
    if (wanted) fetchMore();
  }, [wanted, fetchMore, loaded]);

  // Another question is answered from its beginning; the scroll position belongs to the document, not to React.
  const seen = useRef(view);
  useLayoutEffect(() => {
    if (seen.current === view) return;
    seen.current = view;
    scroller.current?.scrollTo({ top: 0 });
    setActive(0);
  }, [view]);

  // The focus goes to the row that was moved to once it is drawn, and stays when its placeholder is replaced; it, too,
  // belongs to the document. A person who has moved the focus elsewhere meanwhile keeps it there.
  const moving = useRef(false);
  useLayoutEffect(() => {
    if (!moving.current) return;
    const focused = document.activeElement;
    const here = focused === null || focused === document.body || focused.closest("tr[data-index]") !== null;
    const row = scroller.current?.querySelector<HTMLElement>(`tr[data-index="${active}"]`);
    if (here) row?.focus({ preventScroll: true });
    moving.current = here && active >= loaded && list.more;
  });

  const goTo = (index: number) => {
    moving.current = true;
    setActive(index);
    virtual.scrollToIndex(index, { align: "auto" });
  };
  const page = Math.max(
    1,
    Math.floor(((virtual.scrollRect?.height ?? room) - HEAD - footed) / rowHeight) - 1,
  );
  const deeds = useRowDeeds({
    rows: list.rows,
    count,
    active: Math.min(active, Math.max(0, count - 1)),
    page,
    goTo,
    rowId,
    rowLink,
    selection,
  });

  const chosen = selection?.ids.size ?? 0;
  const selectAll = useMutation({
    mutationFn: list.fetchAll,
    onSuccess: (rows) => selection?.add(rows.map(rowId)),
  });
  const all = selection && {
    selected: loaded > 0 && chosen >= loaded && !list.more,
    some: chosen > 0,
    toggle: () => (chosen >= loaded ? selection.clear() : selection.add(list.rows.map(rowId))),
  };
  const nothing = !list.pending && !failed && !list.stale && loaded === 0;
  const sizes = drawn.map((column) => table.getColumn(column.id)?.getSize() ?? column.width);
  const width = sizes.reduce((sum, size) => sum + size, selection ? CHECK : 0);

  return (
    <div className={classes.root}>
      <div className={`${classes.bar} no-print`}>
        {selection !== undefined && chosen > 0 ? (
          <SelectionBar count={chosen} onClear={selection.clear}>
            {(list.more || selectAll.isPending) && (
              <Button
                size="compact-sm"
                variant="default"
                loading={selectAll.isPending}
                onClick={() => selectAll.mutate()}
              >
                {list.total === null ? "Select all" : `Select all ${list.total.toLocaleString()}`}
              </Button>
            )}
            {actions}
          </SelectionBar>
        ) : (
          <div className={classes.toolbar}>{toolbar}</div>
        )}
        {cards && onOrder && <OrderMenu columns={shown} order={order} onOrder={onOrder} />}
        <ColumnsMenu table={table} columns={columns} onReset={reset} roomy={roomy} onRoomy={setRoomy} />
      </div>
      {loaded === 0 && list.error !== null ? (
        <ProblemNotice problem={list.error} onRetry={list.retry} />
      ) : nothing ? (
        empty
      ) : (
        <div ref={scroller} className={classes.scroller} style={{ maxHeight: room }}>
          <table
            role="grid"
            className={classes.table}
            data-cards={cards || undefined}
            data-roomy={(roomy && !cards) || undefined}
            style={cards ? undefined : { minWidth: width }}
            aria-label={label}
            aria-rowcount={list.total === null && list.more ? -1 : count + 1 + totals.length}
            aria-multiselectable={selection ? true : undefined}
            {...deeds}
          >
            {!cards && (
              <colgroup>
                {selection && <col style={{ width: CHECK }} />}
                {drawn.map((column, place) => (
                  <col key={column.id} style={column.grow ? undefined : { width: sizes[place] }} />
                ))}
              </colgroup>
            )}
            {!cards && (
              <TableHead table={table} columns={drawn} order={order} onOrder={onOrder} all={all ?? null} />
            )}
            <TableBody
              list={list}
              items={items}
              height={virtual.getTotalSize()}
              columns={drawn}
              rowId={rowId}
              rowName={rowName}
              rowLink={rowLink}
              selection={selection}
              active={Math.min(active, Math.max(0, count - 1))}
            />
            <TableFoot
              totals={cards ? totals.slice(0, 1) : totals}
              columns={shown}
              selectable={selection !== undefined}
              rowCount={count}
            />
          </table>
        </div>
      )}
      {printing && list.more && loaded > 0 && (
        <Text size="sm" className="print-only">
          {`The first ${loaded.toLocaleString()}${list.total === null ? "" : ` of ${list.total.toLocaleString()}`} rows. To print all, go to the last one first: press End in the table.`}
        </Text>
      )}
      <VisuallyHidden role="status">{chosen > 0 ? `${chosen} selected` : ""}</VisuallyHidden>
    </div>
  );
}
