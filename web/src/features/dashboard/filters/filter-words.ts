import { word } from "@/format/format";

import type { Dashboard } from "../answers/figures";
import type { ChoiceField, Setting, SettingValue } from "./filters";

type Compositions = Dashboard["compositions"];

export interface FieldWords {
  readonly label: string;
  /** The composition that knows which values there are, and how many loans have each. */
  readonly composition: keyof Compositions;
  /** What a loan without it is called; what cannot be missing has none. */
  readonly none: string | null;
  /** Whether values are names that people gave, rather than words of a closed list. */
  readonly named: boolean;
}

/** How each filter is called, in the order in which they are offered. */
export const FIELD_WORDS: Readonly<Record<ChoiceField, FieldWords>> = {
  propertyType: { label: "Type", composition: "propertyType", none: "No property", named: false },
  state: { label: "State", composition: "state", none: "No state", named: true },
  lenderId: { label: "Lender", composition: "lender", none: "No lender", named: true },
  fundId: { label: "Fund", composition: "fund", none: "No fund", named: true },
  portfolioId: { label: "Portfolio", composition: "portfolio", none: "No portfolio", named: true },
  status: { label: "Status", composition: "status", none: null, named: false },
  structure: { label: "Structure", composition: "structure", none: null, named: false },
  rateType: { label: "Rate type", composition: "rateType", none: null, named: false },
  amortizationType: { label: "Amortization", composition: "amortizationType", none: null, named: false },
};

export interface OptionWords {
  readonly label: string;
  readonly description: string;
}

interface SettingWords<Name extends Setting> {
  readonly label: string;
  /** What is chosen, in full. */
  readonly title: string;
  readonly values: Readonly<Record<SettingValue<Name>, OptionWords>>;
}

/** How each setting and what it may be is called, and what that takes. */
export const SETTING_WORDS: { readonly [Name in Setting]: SettingWords<Name> } = {
  statementBasis: {
    label: "Income",
    title: "Income in DSCR and debt yield",
    values: {
      latest: {
        label: "Latest statement",
        description: "The last full year earned; the underwritten one until there is a later one.",
      },
      underwritten: { label: "Underwritten", description: "As underwritten at closing." },
      trailing_twelve_months: {
        label: "Trailing 12 months",
        description: "The last trailing statement alone.",
      },
      annual: { label: "Annual", description: "The last fiscal year’s statement alone." },
    },
  },
  measure: {
    label: "Count",
    title: "What counts of a loan on several properties",
    values: {
      allocated: {
        label: "Allocated",
        description: "The part of each loan that is allocated to the properties that match.",
      },
      whole: {
        label: "Whole loans",
        description: "Each loan that has such a property, with all of its properties.",
      },
    },
  },
  source: {
    label: "DSCR",
    title: "Where DSCRs are from",
    values: {
      computed: { label: "Computed", description: "Income ÷ annual debt service, of whole loans." },
      reported: {
        label: "Reported",
        description: "What servicers report, weighted by balance; notes are included.",
      },
    },
  },
};

/** What people call a value of a filter; `name` is the server's, where it knows one. */
export function valueWords(field: ChoiceField, key: string, name: string | null | undefined): string {
  const { none, named, label } = FIELD_WORDS[field];
  if (key === "none" && none !== null) return none;
  if (!named) return word(key);
  if (field === "state") return name ?? key;
  return name ?? `Unknown ${label.toLowerCase()}`;
}

export interface Choice {
  readonly key: string;
  readonly label: string;
  readonly loans: number;
}

/**
 * What a filter can be set to: every value that some loan has, and those it is set to though no loan has them any more.
 */
export function choicesOf(
  field: ChoiceField,
  compositions: Compositions | undefined,
  chosen: readonly string[],
): Choice[] {
  const slices = compositions?.[FIELD_WORDS[field].composition].slices ?? [];
  const known = slices.map(({ key, name, loans }) => ({ key, label: valueWords(field, key, name), loans }));
  const gone = chosen
    .filter((key) => !slices.some((slice) => slice.key === key))
    .map((key) => ({ key, label: valueWords(field, key, null), loans: 0 }));
  return [...known, ...gone];
}
