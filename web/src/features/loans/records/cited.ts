import { type ComponentType, createContext } from "react";

import type { Loan } from "./loan-draft";

/** How others say where a loan's terms are written: beside a term, and a button that says it of another one. */
export interface Citing {
  readonly Mark: ComponentType<{ loan: Loan; field: string; label: string }>;
  readonly Deed: ComponentType<{ loan: Loan }>;
}

/** The loan whose terms are shown, and what says where they are written; null where nothing does. */
export const CitedContext = createContext<{ loan: Loan; citing: Citing } | null>(null);
