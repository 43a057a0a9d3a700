"use client";

import type { Range, VirtualItem } from "@tanstack/react-virtual";
import { Fragment } from "react";

import { ProblemNotice } from "@/components/problem-notice";
import { useFormats } from "@/format/formats";

import type { Column } from "./column";
import type { Rows } from "./pages";
import { SkeletonRow, TableRow } from "./table-row";
import classes from "./table.module.css";
import type { Selection } from "./use-selection";

/** The rows in sight, with room above, between and below for the others. */
export function TableBody<Row>({
  list,
  items,
  height,
  columns,
  rowId,
  rowName,
  rowLink,
  selection,
  active,
}: {
  list: Rows<Row>;
  items: readonly VirtualItem[];
  /** Of all rows together. */
  height: number;
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  rowLink: ((row: Row) => string) | undefined;
  selection: Selection | undefined;
  active: number;
}) {
  const formats = useFormats();
  const span = columns.length + (selection === undefined ? 0 : 1);
  const end = items.at(-1)?.end ?? 0;
  return (
    <tbody role="rowgroup" aria-busy={list.pending || list.stale} data-stale={list.stale || undefined}>
      {items.map((item, place) => {
        const gap = item.start - (items[place - 1]?.end ?? 0);
        const row = list.rows[item.index];
        const id = row === undefined ? item.index : rowId(row);
        return (
          <Fragment key={id}>
            <Gap height={gap} span={span} />
            {row === undefined ? (
              <SkeletonRow
                index={item.index}
                columns={columns}
                selectable={selection !== undefined}
                active={item.index === active}
              />
            ) : (
              <TableRow
                row={row}
                index={item.index}
                columns={columns}
                formats={formats}
                href={rowLink?.(row)}
                selects={selection === undefined ? undefined : `Select ${rowName(row)}`}
                selected={selection?.ids.has(rowId(row)) ?? false}
                active={item.index === active}
              />
            )}
          </Fragment>
        );
      })}
      <Gap height={height - end} span={span} />
      {list.error !== null && !list.pending && (
        <tr role="row">
          <td role="gridcell" colSpan={span} className={classes.notice}>
            <div>
              <ProblemNotice problem={list.error} onRetry={list.retry} />
            </div>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Gap({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.gap} style={{ height }}>
      <td colSpan={span} />
    </tr>
  );
}

/** The rows in sight and the one that has the focus, wherever it is: it must not lose it. */
export function withActive(extracted: number[], active: number, { count }: Range): number[] {
  if (active >= count || extracted.includes(active)) return extracted;
  return [...extracted, active].sort((one, other) => one - other);
}
