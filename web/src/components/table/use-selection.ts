"use client";

import { useCallback, useMemo, useState } from "react";

/** The rows that are selected, by their ids. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly add: (ids: Iterable<string>) => void;
  readonly remove: (ids: Iterable<string>) => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** A selection that is cleared when `of` changes, so that nothing out of sight stays selected. */
export function useSelection(of: string): Selection {
  const [state, setState] = useState({ of, ids: NONE });
  const ids = state.of === of ? state.ids : NONE;
  const change = useCallback(
    (by: (ids: Set<string>) => void) =>
      setState((before) => {
        const after = new Set(before.of === of ? before.ids : NONE);
        by(after);
        return { of, ids: after };
      }),
    [of],
  );
  return useMemo(
    () => ({
      ids,
      toggle: (id) => change((all) => void (all.delete(id) || all.add(id))),
      add: (added) =>
        change((all) => {
          for (const id of added) all.add(id);
        }),
      remove: (removed) =>
        change((all) => {
          for (const id of removed) all.delete(id);
        }),
      clear: () => setState({ of, ids: NONE }),
    }),
    [ids, change, of],
  );
}
