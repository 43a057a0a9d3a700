import { type LoanDraft, NEW_PHASE } from "../records/loan-draft";

/** A whole number may be, while it is typed, a text that is none yet; the server refuses it by its field. */
type Editable<T> = T extends number
  ? number | string
  : T extends readonly (infer Item)[]
    ? Editable<Item>[]
    : T extends object
      ? { [Name in keyof T]: Editable<T[Name]> }
      : T;

export type CustomValue = LoanDraft["customFields"][string];

/** A custom field as a row of the form: names may have dots, which no path of a form could tell from its own. */
export interface CustomField {
  name: string;
  value: CustomValue;
}

export type LoanFormValues = Omit<Editable<LoanDraft>, "customFields"> & { customFields: CustomField[] };

/** A draft as the form edits it: field for field the same, so that nothing is lost that the form does not show. */
export function formOf({ customFields, ...rest }: LoanDraft): LoanFormValues {
  return {
    ...rest,
    customFields: Object.entries(customFields).map(([name, value]) => ({ name, value })),
  };
}

const YIELDS = ["yield_maintenance", "defeasance_or_yield_maintenance"];

/** The kinds of a phase that a field belongs to; those that are not here belong to every kind. */
const KINDS_OF: Readonly<Record<string, readonly string[]>> = {
  formula: YIELDS,
  discounting: YIELDS,
  matchedTo: YIELDS,
  betweenMaturities: YIELDS,
  yieldDecimals: YIELDS,
  monthsLeft: YIELDS,
  measuredTo: [...YIELDS, "defeasance", "spread_maintenance"],
  percentages: ["step_down"],
  monthsEach: ["step_down"],
  countedFrom: ["step_down"],
  minimumInterest: ["minimum_interest"],
  minimumInterestMonths: ["minimum_interest"],
};

/** A phase without what another kind asks. */
function phaseFrom(phase: LoanFormValues["terms"]["prepayment"][number]): typeof phase {
  const fields = Object.entries(phase).map(([name, value]) => {
    const belongs = KINDS_OF[name]?.includes(phase.kind) ?? true;
    return [name, belongs ? value : NEW_PHASE[name as keyof typeof NEW_PHASE]];
  });
  return Object.fromEntries(fields) as typeof phase;
}

/** The draft to send. Terms of another type of rate or kind of phase stay in the form while one chooses, but are not sent. */
export function draftFrom({ customFields, ...rest }: LoanFormValues): LoanDraft {
  const terms = {
    ...rest.terms,
    floating: rest.rateType === "floating" ? rest.terms.floating : null,
    rateSteps: rest.rateType === "stepped" ? rest.terms.rateSteps : [],
    prepayment: rest.terms.prepayment.map(phaseFrom),
  };
  const named = Object.fromEntries(customFields.map(({ name, value }) => [name, value]));
  // The only texts where numbers belong are those the server refuses by their field.
  return { ...rest, terms, customFields: named } as LoanDraft;
}

/** Names that two custom fields share, or that are missing: an object could not hold them, so the form says it. */
export function customFieldFaults(rows: readonly CustomField[]): Record<string, string> {
  const seen = new Set<string>();
  const faults: Record<string, string> = {};
  rows.forEach(({ name }, index) => {
    if (name.trim() === "") faults[`customFields.${index}.name`] = "Required";
    else if (seen.has(name)) faults[`customFields.${index}.name`] = "Listed twice";
    seen.add(name);
  });
  return faults;
}
