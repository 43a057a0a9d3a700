"use client";

import { useRouter } from "next/navigation";
import { type KeyboardEvent, type MouseEvent, useRef } from "react";

import { leaving } from "@/components/leaving";

import { between, deedOf } from "./keys";
import type { Selection } from "./use-selection";

const MIDDLE = 1;

/** What pressing a key or a button of the mouse on a row does. */
export function useRowDeeds<Row>({
  rows,
  count,
  active,
  page,
  goTo,
  rowId,
  rowLink,
  selection,
}: {
  rows: readonly Row[];
  /** With those that have not come yet. */
  count: number;
  active: number;
  page: number;
  goTo: (index: number) => void;
  rowId: (row: Row) => string;
  rowLink: ((row: Row) => string) | undefined;
  selection: Selection | undefined;
}) {
  const router = useRouter();
  /** Where a range begins: the row that was last selected by itself. */
  const anchor = useRef<number | null>(null);

  const idsOf = (indices: readonly number[]) =>
    indices.flatMap((index) => {
      const row = rows[index];
      return row === undefined ? [] : [rowId(row)];
    });
  const toggle = (index: number) => {
    idsOf([index]).forEach((id) => selection?.toggle(id));
    anchor.current = index;
  };
  const extend = (from: number, to: number) => {
    anchor.current ??= from;
    selection?.add(idsOf(between(anchor.current, to)));
  };
  const open = (index: number, apart: boolean) => {
    const row = rows[index];
    if (row === undefined || rowLink === undefined) return;
    if (apart) window.open(rowLink(row), "_blank", "noopener");
    else leaving(() => router.push(rowLink(row)));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (indexOf(event.target) === null) return;
    const deed = deedOf(event, active, count, page);
    if (deed === null) return;
    if (deed.do === "clear") {
      if (selection === undefined || selection.ids.size === 0) return;
      selection.clear();
    }
    event.preventDefault();
    if (deed.do === "open") open(active, deed.apart);
    if (deed.do === "select-all") selection?.add(rows.map(rowId));
    if (deed.do === "toggle") {
      if (deed.extend) extend(active, active);
      else toggle(active);
    }
    if (deed.do === "move") {
      if (deed.extend) extend(active, deed.to);
      else anchor.current = null;
      goTo(deed.to);
    }
  };

  const onClick = (event: MouseEvent) => {
    const index = indexOf(event.target);
    if (index === null || !(event.target instanceof Element)) return;
    const selects = selection !== undefined;
    if (selects && event.shiftKey) {
      event.preventDefault();
      extend(active, index);
      goTo(index);
    } else if (selects && (event.target.closest("[data-select]") !== null || isApart(event))) {
      if (event.target.closest("a") !== null) return;
      toggle(index);
      goTo(index);
    } else if (event.target.closest("a, button, input, select, label") === null && !isMarkingText()) {
      open(index, isApart(event));
    }
  };

  const onAuxClick = (event: MouseEvent) => {
    const index = indexOf(event.target);
    if (event.button !== MIDDLE || index === null || !(event.target instanceof Element)) return;
    if (event.target.closest("a, button") === null) open(index, true);
  };

  /** Shift and a press would mark text. */
  const onMouseDown = (event: MouseEvent) => {
    if (event.shiftKey && selection !== undefined) event.preventDefault();
  };

  return { onKeyDown, onClick, onAuxClick, onMouseDown };
}

function indexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>("tr[data-index]") : null;
  return row === null ? null : Number(row.dataset.index);
}

const isApart = (event: MouseEvent): boolean => event.ctrlKey || event.metaKey;

const isMarkingText = (): boolean => window.getSelection()?.isCollapsed === false;
