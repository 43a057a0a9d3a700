import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";
import { isDay } from "@/format/parse-date";

import type { LoanDraft } from "../../records/loan-draft";

/** What a schedule is computed from. */
export type ScheduleTerms = Pick<
  LoanDraft,
  | "originalBalance"
  | "originationDate"
  | "maturityDate"
  | "anticipatedRepaymentDate"
  | "rate"
  | "rateType"
  | "terms"
>;

export function scheduleTermsOf(draft: LoanDraft): ScheduleTerms {
  const { originalBalance, originationDate, maturityDate, anticipatedRepaymentDate, rate, rateType, terms } =
    draft;
  return { originalBalance, originationDate, maturityDate, anticipatedRepaymentDate, rate, rateType, terms };
}

/** Whether enough is said for the server to be asked at all. */
export function isComplete({ originalBalance, originationDate, maturityDate, rate }: ScheduleTerms): boolean {
  return originalBalance !== "" && rate !== "" && isDay(originationDate) && isDay(maturityDate);
}

/** The schedule a loan of these terms would have; the one before stays while it is computed. */
export const draftScheduleQuery = (terms: ScheduleTerms) =>
  queryOptions({
    queryKey: ["schedules", terms],
    queryFn: ({ signal }) =>
      answered(api.POST("/api/v1/schedules", { body: terms as Schemas["ScheduleDraft"], signal })),
    enabled: isComplete(terms),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
    staleTime: Infinity,
  });

/** When principal begins to come back: the last due date without any, or `maturity` where that is all of them. */
export function interestOnlyEnd(installments: Schemas["LoanSchedule"]["installments"]): string | null {
  const first = installments.findIndex(({ principal }) => !/^0+(\.0+)?$/.test(principal));
  return first <= 0 ? null : (installments[first - 1]?.dueDate ?? null);
}
