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

/** What a press means at row `at` of `count`, of which a screen shows `page`; null where the table has no use for it. */
export function deedOf(pressed: Pressed, at: number, count: number, page: number): Deed | null {
  const { key, shiftKey, altKey } = pressed;
  const command = pressed.ctrlKey || pressed.metaKey;
  if (altKey || count === 0) return null;
  const last = count - 1;
  const move = (to: number): Deed => ({
    do: "move",
    to: Math.min(last, Math.max(0, to)),
    extend: shiftKey,
  });
  switch (key) {
    case "ArrowDown":
      return move(command ? last : at + 1);
    case "ArrowUp":
      return move(command ? 0 : at - 1);
    case "PageDown":
      return move(at + page);
    case "PageUp":
      return move(at - page);
    case "Home":
      return move(0);
    case "End":
      return move(last);
    case "Enter":
      return { do: "open", apart: command };
    case " ":
      return { do: "toggle", extend: shiftKey };
    case "a":
    case "A":
      return command && !shiftKey ? { do: "select-all" } : null;
    case "Escape":
      return { do: "clear" };
    default:
      return null;
  }
}

/** From one row to another, whichever comes first. */
export function between(from: number, to: number): number[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  return Array.from({ length: high - low + 1 }, (_, place) => low + place);
}
