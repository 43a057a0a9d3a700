"use client";

import { VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";

import { type Column, nextOrder, sortOf } from "./column";
import classes from "./table.module.css";
import type { Columns } from "./use-columns";

const STEP = 16;

/** The headings: a press sorts, dragging an edge (or Alt and an arrow key) makes a column wider or narrower. */
export function TableHead<Row>({
  table,
  columns,
  order,
  onOrder,
  all,
}: {
  table: Columns;
  columns: readonly Column<Row>[];
  order: string | undefined;
  onOrder: ((order: string) => void) | undefined;
  /** Whether all rows that have come are selected, and what to do with them; null where rows are not selected. */
  all: { selected: boolean; some: boolean; toggle: () => void } | null;
}) {
  const headers = table.getFlatHeaders();
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        {all !== null && (
          <th role="columnheader" scope="col" className={classes.check}>
            <input
              type="checkbox"
              aria-label="Select all rows that are loaded"
              checked={all.selected}
              // Neither checked nor unchecked is not an attribute: it can be set on the element only.
              ref={(box) => {
                if (box !== null) box.indeterminate = all.some && !all.selected;
              }}
              onChange={all.toggle}
            />
          </th>
        )}
        {columns.map((column, place) => {
          const sort = onOrder === undefined ? undefined : sortOf(column, order);
          const header = headers.find(({ id }) => id === column.id);
          const widen = (by: number) =>
            table.setColumnSizing((sizes) => ({
              ...sizes,
              [column.id]: Math.max(56, (header?.getSize() ?? column.width) + by),
            }));
          const onKeyDown = (event: KeyboardEvent) => {
            if (!event.altKey || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
            event.preventDefault();
            widen(event.key === "ArrowLeft" ? -STEP : STEP);
          };
          return (
            <th
              key={column.id}
              role="columnheader"
              scope="col"
              className={place === 0 ? classes.first : undefined}
              data-align={column.align}
              aria-sort={sort}
              title={column.meaning ?? column.header}
            >
              {sort === undefined ? (
                <span className={classes.heading}>{column.header}</span>
              ) : (
                <button
                  type="button"
                  className={classes.heading}
                  data-sorted={sort === "none" ? undefined : true}
                  onClick={() => onOrder?.(nextOrder(column, order))}
                  onKeyDown={onKeyDown}
                >
                  <span className={classes.headingText}>{column.header}</span>
                  {sort === "ascending" && <IconArrowUp size={14} aria-hidden />}
                  {sort === "descending" && <IconArrowDown size={14} aria-hidden />}
                  {sort !== "none" && <VisuallyHidden>, sorted {sort}</VisuallyHidden>}
                </button>
              )}
              {header !== undefined && (
                <span
                  aria-hidden
                  className={classes.edge}
                  data-dragged={header.column.getIsResizing() || undefined}
                  style={
                    header.column.getIsResizing()
                      ? { transform: `translateX(${table.getState().columnSizingInfo.deltaOffset ?? 0}px)` }
                      : undefined
                  }
                  onMouseDown={header.getResizeHandler()}
                  onTouchStart={header.getResizeHandler()}
                  onDoubleClick={() => {
                    if (header.column.id in table.getState().columnSizing) header.column.resetSize();
                    else widen(column.width);
                  }}
                />
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
