import { answered, api, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

export type LoanSummary = Schemas["LoanSummary"];

/** Loans as they are recorded, without any figure that is computed of them. */
export const recordedLoans = (words: string, order: string) =>
  cursorPages<LoanSummary>(["loans", "recorded", words, order], (cursor, signal) =>
    answered(
      api.GET("/api/v1/loans", {
        params: { query: { limit: 200, order, cursor, ...(words !== "" && { q: words }) } },
        signal,
      }),
    ),
  );
