import type { Schemas } from "@/api/client";

import { valueWords } from "../filters/filter-words";
import type { ChoiceField, Filters } from "../filters/filters";
import type { FigureName } from "./figure-words";

export type CompositionName = keyof Schemas["Compositions"];

/** How each composition is called, and the filter that selects its parts. */
export const COMPOSITION_WORDS: Readonly<
  Record<CompositionName, { readonly title: string; readonly field: ChoiceField }>
> = {
  lender: { title: "By lender", field: "lenderId" },
  propertyType: { title: "By type", field: "propertyType" },
  state: { title: "By state", field: "state" },
  fund: { title: "By fund", field: "fundId" },
  portfolio: { title: "By portfolio", field: "portfolioId" },
  status: { title: "By status", field: "status" },
  rateType: { title: "By rate type", field: "rateType" },
  amortizationType: { title: "By amortization", field: "amortizationType" },
  structure: { title: "By structure", field: "structure" },
};

/** What a part is called. */
export const partWords = (of: CompositionName, { key, name }: Schemas["Slice"]): string =>
  valueWords(COMPOSITION_WORDS[of].field, key, name);

/** The loans of a part: outstanding ones, but for the ageing, which counts closed loans too. */
export function loansOf(of: CompositionName, key: string): { part: Filters; figure?: FigureName } {
  const part: Filters = { [COMPOSITION_WORDS[of].field]: [key] };
  return of === "status" ? { part } : { part, figure: "outstanding" };
}
