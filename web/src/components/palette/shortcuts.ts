import type { Permission } from "@/api/me";
import { DESTINATIONS } from "@/components/navigation";
import { ROW_KEYS } from "@/components/table/keys";

export type Deed =
  { readonly go: string } | { readonly show: "palette" | "keys" } | { readonly focus: "rows" };

/** Keys and what they do; where `deed` is missing, what has the focus does it itself. */
export interface Shortcut {
  /** One after the other, as they are typed: `g d`. */
  readonly keys: string;
  readonly label: string;
  readonly group: "Go to" | "Do" | "In a table";
  readonly needs?: Permission;
  readonly deed?: Deed;
}

/** Every key of the product: the handler acts by this table, and the list of keys is this table. */
export const SHORTCUTS: readonly Shortcut[] = [
  ...DESTINATIONS.map(({ keys, label, needs, path }): Shortcut => ({
    keys,
    label,
    group: "Go to",
    needs,
    deed: { go: path },
  })),
  { keys: "/", label: "Search and commands", group: "Do", deed: { show: "palette" } },
  { keys: "n", label: "New loan", group: "Do", needs: "portfolio.write", deed: { go: "/loan/new/" } },
  { keys: "t", label: "Focus table", group: "Do", deed: { focus: "rows" } },
  { keys: "?", label: "Show shortcuts", group: "Do", deed: { show: "keys" } },
  { keys: "Escape", label: "Close", group: "Do" },
  ...ROW_KEYS.map(({ keys, label }): Shortcut => ({ keys: keys.join(" or "), label, group: "In a table" })),
];

/** What a key typed after others makes: a shortcut, the beginning of one, or nothing. */
export function follow(
  before: string,
  key: string,
  shortcuts: readonly Shortcut[],
): { readonly found: Shortcut | null; readonly waiting: string } {
  const typed = before === "" ? key : `${before} ${key}`;
  const able = shortcuts.filter(({ deed }) => deed !== undefined);
  const found = able.find(({ keys }) => keys === typed);
  if (found !== undefined) return { found, waiting: "" };
  if (able.some(({ keys }) => keys.startsWith(`${typed} `))) return { found: null, waiting: typed };
  return before === "" ? { found: null, waiting: "" } : follow("", key, shortcuts);
}

interface Press {
  readonly key: string;
  readonly code: string;
}

/** The key as the table spells it; on a keyboard of another script it is the key in that place. */
export function spelled({ key, code }: Press): string {
  if (/^[A-Za-z]$/.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return key.length === 1 && key.charCodeAt(0) > 127 && letter !== undefined ? letter.toLowerCase() : key;
}
