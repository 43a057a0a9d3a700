import type { Formats } from "@/format/format";

import type { Import, ImportState, RowOutcome } from "./api/imports";

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
