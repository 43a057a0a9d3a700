import type { Schemas } from "@/lib/api/client";
import { count, type Formats } from "@/lib/format/format";

import type { Import, ImportState, RowOutcome } from "../api/imports";

export type Tone = "good" | "news" | "bad" | "quiet" | "trial";

interface Told {
  readonly label: string;
  readonly tone: Tone;
}

const STATES: Readonly<Record<ImportState, Told>> = {
  queued: { label: "Waiting its turn", tone: "quiet" },
  running: { label: "Under way", tone: "news" },
  undoing: { label: "Being undone", tone: "news" },
  done: { label: "Imported", tone: "good" },
  failed: { label: "Could not be read", tone: "bad" },
  undone: { label: "Undone", tone: "quiet" },
};

/** Where an import stands, in words; a dry run is never called imported. */
export function stateOf({ state, dryRun, error, done }: Import): Told {
  if (dryRun && state === "done") return { label: "Dry run", tone: "trial" };
  if (state === "failed" && error !== null && done > 0) return { label: "Stopped", tone: "bad" };
  return STATES[state];
}

export const OUTCOMES: readonly RowOutcome[] = ["created", "updated", "unchanged", "refused"];

export const OUTCOME_WORDS: Readonly<Record<RowOutcome, Told>> = {
  created: { label: "Created", tone: "good" },
  updated: { label: "Updated", tone: "news" },
  unchanged: { label: "Unchanged", tone: "quiet" },
  refused: { label: "Refused", tone: "bad" },
};

/** How each outcome of a reconciliation is called and what it means, in the order they are told. */
export const RECONCILED: readonly {
  readonly key: keyof Schemas["ReconciliationCounts"];
  readonly label: string;
  readonly meaning: string;
}[] = [
  { key: "matched", label: "Matched", meaning: "Every figure reported equals the computed one." },
  { key: "notDue", label: "Not yet due", meaning: "The first payment lies after the period." },
  { key: "differs", label: "Differs", meaning: "A figure reported is another than the computed one." },
  {
    key: "notComputed",
    label: "Not computed",
    meaning: "The terms allow no schedule, or nothing was reported.",
  },
  { key: "closed", label: "Closed", meaning: "Nothing was owed any more." },
];

export const FIGURES: Readonly<Record<Schemas["ReconciledFigure"], string>> = {
  beginning_balance: "Beginning balance",
  interest: "Interest",
  principal: "Principal",
  ending_balance: "Ending balance",
};

/** `1 loan`, `1,204 loans`. */
export function counted(number: number, one: string, many: string, formats: Formats): string {
  return `${count(number, formats)} ${number === 1 ? one : many}`;
}

/** A file's size: `1.4 MB`. */
export function sizeWords(bytes: number, { locale }: Formats): string {
  const units = ["byte", "kilobyte", "megabyte"] as const;
  const power = bytes >= 1_000_000 ? 2 : bytes >= 1_000 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power === 2 ? 1 : 0,
  }).format(bytes / 1_000 ** power);
}
