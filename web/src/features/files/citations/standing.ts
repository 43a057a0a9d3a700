import type { Citation } from "./api/citations";
import { stillSaid } from "./citable-fields";

type StaleReason = NonNullable<Citation["stale"]>;

/** What else than the loan's value has changed, as a citation says why it is out of date. */
export const STALE_WORDS: Readonly<Record<Exclude<StaleReason, "field_changed">, string>> = {
  document_deleted: "the document was deleted",
  loan_deleted: "the loan was deleted",
  new_version: "the document has a later version",
};

/** Why a citation does not hold any more; null where it does. `now` is what the loan says. */
export function outdated(
  { stale, value }: Pick<Citation, "stale" | "value">,
  now: string | null,
): StaleReason | null {
  return stale ?? (stillSaid(value, now) ? null : "field_changed");
}
