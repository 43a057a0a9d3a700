"use client";

import Link from "@/components/link";
import { memo, type ReactNode } from "react";

import type { Formats } from "@/format/format";

import type { Column } from "./column";
import classes from "./table.module.css";

export interface RowProps<Row> {
  row: Row;
  index: number;
  columns: readonly Column<Row>[];
  formats: Formats;
  href: string | undefined;
  /** What its checkbox is called; without one there is no checkbox. */
  selects: string | undefined;
  selected: boolean;
  /** Whether Tab leads to it. */
  active: boolean;
}

/** A row; what is pressed in it is told to the table by `data-index` and `data-select`, so that it needs no callbacks. */
function TableRow<Row>({ row, index, columns, formats, href, selects, selected, active }: RowProps<Row>) {
  return (
    <tr
      role="row"
      className={classes.row}
      data-index={index}
      data-link={href === undefined ? undefined : true}
      aria-rowindex={index + 2}
      aria-selected={selects === undefined ? undefined : selected}
      tabIndex={active ? 0 : -1}
    >
      {selects !== undefined && (
        <td role="gridcell" className={classes.check} data-select>
          {/* The table handles the press, so that Shift and the keyboard do the same. */}
          <input type="checkbox" checked={selected} readOnly tabIndex={-1} aria-label={selects} />
        </td>
      )}
      {columns.map((column, place) => {
        const content = column.cell(row, formats);
        const title = column.title?.(row, formats) ?? undefined;
        const facts = {
          className: place === 0 ? classes.first : undefined,
          "data-align": column.align,
          title,
        };
        return place === 0 ? (
          <th key={column.id} role="rowheader" scope="row" {...facts}>
            <Lead href={href}>{content}</Lead>
          </th>
        ) : (
          <td key={column.id} role="gridcell" data-label={column.header} {...facts}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}

function Lead({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (href === undefined) return children;
  // The row is what Tab leads to and Enter opens; the link is there for the mouse, and for opening in another tab.
  // Not fetched in advance: every row would fetch the page again, whose address differs by the id only.
  return (
    <Link href={href} prefetch={false} tabIndex={-1} className={classes.link}>
      {children}
    </Link>
  );
}

const memoized = memo(TableRow) as typeof TableRow;
export { memoized as TableRow };

/** A row that has not come yet. */
export const SkeletonRow = memo(function SkeletonRow({
  index,
  columns,
  selectable,
  active,
}: {
  index: number;
  columns: readonly { readonly id: string; readonly align?: "start" | "end" }[];
  selectable: boolean;
  active: boolean;
}) {
  return (
    <tr
      role="row"
      className={classes.row}
      data-index={index}
      aria-rowindex={index + 2}
      aria-busy="true"
      tabIndex={active ? 0 : -1}
    >
      {selectable && <td role="gridcell" className={classes.check} />}
      {columns.map(({ id, align }, place) => (
        <td key={id} role="gridcell" className={place === 0 ? classes.first : undefined} data-align={align}>
          <span className={classes.skeleton} />
        </td>
      ))}
    </tr>
  );
});
