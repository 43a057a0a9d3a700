/** What a key does in a table: where it leads, or what it does with the row that has the focus. */
export type Deed =
  | { readonly do: "move"; readonly to: number; readonly extend: boolean }
  | { readonly do: "open"; readonly apart: boolean }
  | { readonly do: "toggle"; readonly extend: boolean }
  | { readonly do: "select-all" }
  | { readonly do: "clear" };

export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

interface At {
  readonly row: number;
  readonly last: number;
  /** How many rows a screen shows. */
  readonly page: number;
  /** Ctrl or Cmd is held. */
  readonly command: boolean;
  readonly shift: boolean;
}

interface RowKey {
  /** As the list of keys names them. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly deeds: Readonly<Record<string, (at: At) => Deed | null>>;
}

const move =
  (to: (at: At) => number) =>
  (at: At): Deed => ({ do: "move", to: Math.min(at.last, Math.max(0, to(at))), extend: at.shift });

const selectAll = ({ command, shift }: At): Deed | null => (command && !shift ? { do: "select-all" } : null);

/** The keys of a table's rows: the table acts by them, and the list of keys shows them. */
export const ROW_KEYS: readonly RowKey[] = [
  {
    keys: ["↑", "↓"],
    label: "Next or previous row; with Shift, select",
    deeds: {
      ArrowDown: move(({ row, last, command }) => (command ? last : row + 1)),
      ArrowUp: move(({ row, command }) => (command ? 0 : row - 1)),
    },
  },
  {
    keys: ["PageUp", "PageDown"],
    label: "Next or previous screen",
    deeds: { PageDown: move(({ row, page }) => row + page), PageUp: move(({ row, page }) => row - page) },
  },
  {
    keys: ["Home", "End"],
    label: "First and last row",
    deeds: { Home: move(() => 0), End: move(({ last }) => last) },
  },
  {
    keys: ["Enter"],
    label: "Open; with Ctrl or ⌘ in another tab",
    deeds: { Enter: ({ command }) => ({ do: "open", apart: command }) },
  },
  {
    keys: ["Space"],
    label: "Toggle selection; with Shift, a range",
    deeds: { " ": ({ shift }) => ({ do: "toggle", extend: shift }) },
  },
  {
    keys: ["Ctrl+A", "⌘A"],
    label: "Select all that is loaded",
    deeds: { a: selectAll, A: selectAll },
  },
  { keys: ["Escape"], label: "Clear selection", deeds: { Escape: () => ({ do: "clear" }) } },
];

const DEEDS = new Map(ROW_KEYS.flatMap(({ deeds }) => Object.entries(deeds)));

/** What a press means at row `row` of `count`, of which a screen shows `page`; null where the table has no use for it. */
export function deedOf(pressed: Pressed, row: number, count: number, page: number): Deed | null {
  if (pressed.altKey || count === 0) return null;
  const command = pressed.ctrlKey || pressed.metaKey;
  return DEEDS.get(pressed.key)?.({ row, last: count - 1, page, command, shift: pressed.shiftKey }) ?? null;
}

/** From one row to another, whichever comes first. */
export function between(from: number, to: number): number[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  return Array.from({ length: high - low + 1 }, (_, place) => low + place);
}
