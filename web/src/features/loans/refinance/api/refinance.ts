import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

export type Refinance = Schemas["LoanRefinance"];

/** A loan’s refinance; another move of a slider ends the request of the one before. */
export const refinanceQuery = (loanId: string, asked: Readonly<Record<string, string>>) =>
  queryOptions({
    queryKey: ["loans", loanId, "refinance", asked],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/loans/{loan_id}/refinance", {
          params: { path: { loan_id: loanId }, query: { ...asked, explain: true } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
