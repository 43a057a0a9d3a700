import { date, type Formats, word } from "@/format/format";

import type { CriticalDate, DateKind, DateState } from "./api/dates";

export const KINDS: Readonly<Record<DateKind, string>> = {
  maturity: "Maturity",
  anticipated_repayment: "Anticipated repayment",
  extension_notice_opens: "Extension notice opens",
  extension_notice: "Extension notice",
  extension_test: "Extension test",
  payment: "Payment",
  rate_reset: "Rate reset",
  determination: "Rate determination",
  rate_step: "Rate step",
  draw: "Draw",
  curtailment: "Partial prepayment",
  interest_only_end: "End of interest-only",
  lockout_end: "End of lockout",
  open_period: "Open period",
  cap_expiry: "Cap expiry",
  replacement_cap: "Replacement cap",
  swap_expiry: "Swap expiry",
  document_expiry: "Document expiry",
};

/** Kinds that come again and again. */
const RECURRING: ReadonlySet<string> = new Set<DateKind>(["payment", "rate_reset", "determination"]);

/** Kinds of which a loan has few. */
export const KEY_KINDS = (Object.keys(KINDS) as DateKind[]).filter((kind) => !RECURRING.has(kind));

export const STATES: Readonly<Record<DateState, string>> = {
  open: "Open",
  snoozed: "Snoozed",
  missed: "Missed",
  done: "Done",
  waived: "Waived",
};

export const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

/** Whether somebody can still be expected to see to it. */
export const isAwaited = ({ state }: Pick<CriticalDate, "state">): boolean =>
  state === "open" || state === "snoozed" || state === "missed";

/** What a date is of: a loan, a document, or a document of a loan. */
export const ofWords = ({ document, loanNumber }: Pick<CriticalDate, "document" | "loanNumber">): string =>
  [document?.title, loanNumber].filter((words) => words != null).join(" · ");

/** The page of a document. */
export const documentPath = (id: string): string => `/document/?${new URLSearchParams({ id })}`;

/** From when to when a date can be seen to; null where it is a day alone. */
export function windowWords({ windowFrom, windowTo }: CriticalDate, formats: Formats): string | null {
  if (windowFrom === null && windowTo === null) return null;
  return `${date(windowFrom, formats)} – ${date(windowTo, formats)}`;
}

/** What one of a list of terms is called. */
const ONE_OF: Readonly<Record<string, string>> = {
  prepayment: "prepaymentPhase",
  extensionOptions: "extensionOption",
  hedges: "hedge",
};

/**
 * The term that a date follows from: `terms.extensionOptions[0].noticeDaysAtLeast` as `Extension option 1, notice days
 * at least`.
 */
export function termWords(path: string): string {
  const words = path
    .replace(/^terms\./, "")
    .replace(/^(prepayment|extensionOptions|hedges)(?=\[)/, (list) => ONE_OF[list] ?? list)
    .replace(/\[(\d+)\]/g, (_, place: string) => ` ${Number(place) + 1}`)
    .replaceAll(".", ", ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return word(words);
}
