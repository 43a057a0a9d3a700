import type { Import, ImportState, RowOutcome } from "./api/imports";

export type Tone = "good" | "news" | "bad" | "quiet" | "trial";

interface Told {
  readonly label: string;
  readonly tone: Tone;
}

const STATES: Readonly<Record<ImportState, Told>> = {
  queued: { label: "Queued", tone: "quiet" },
  running: { label: "Importing", tone: "news" },
  undoing: { label: "Undoing", tone: "news" },
  done: { label: "Imported", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
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
  refused: { label: "Rejected", tone: "bad" },
};

/** What a dry run says would become of a row: nothing has yet. */
export const PREVIEW_WORDS: Readonly<Record<RowOutcome, Told>> = {
  ...OUTCOME_WORDS,
  created: { label: "To create", tone: "good" },
  updated: { label: "To update", tone: "news" },
};
