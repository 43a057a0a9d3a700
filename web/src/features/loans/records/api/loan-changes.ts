import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";
import { partyQuery } from "@/api/parties";

import type { Loan, LoanDraft } from "../loan-draft";
import { loanQuery } from "./loan";

/** Since when changed terms of a loan hold. */
export interface Dating {
  effectiveOn?: string;
  correction?: boolean;
  reason?: string;
}

/** After a loan changed: what shows it, and what it counts in, is asked for again. */
async function loanChanged(queries: QueryClient, loan?: Loan): Promise<void> {
  if (loan !== undefined) queries.setQueryData(loanQuery(loan.id).queryKey, loan);
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["loans"] }),
    queries.invalidateQueries({ queryKey: ["dashboard"] }),
    queries.invalidateQueries({ queryKey: ["properties"] }),
  ]);
}

/** Create a loan. The same `key` makes one loan however often it is sent: see `keyFor`. */
export function useCreateLoan() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, key, signal }: { draft: LoanDraft; key: string; signal: AbortSignal }) =>
      answered(api.POST("/api/v1/loans", { body: draft, headers: { "Idempotency-Key": key }, signal })),
    onSuccess: (loan) => {
      void loanChanged(queries, loan);
    },
  });
}

export function useUpdateLoan(loanId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({
      draft,
      version,
      dating = {},
      signal,
    }: {
      draft: LoanDraft;
      version: number;
      dating?: Dating;
      signal: AbortSignal;
    }) =>
      answered(
        api.PUT("/api/v1/loans/{loan_id}", {
          params: { path: { loan_id: loanId }, query: dating, header: ifMatch(version) },
          headers: ifMatch(version),
          body: draft,
          signal,
        }),
      ),
    onSuccess: (loan) => {
      void loanChanged(queries, loan);
    },
    // Who stopped it, or got no answer, does not know whether it was done: look again.
    onError: () => {
      void queries.invalidateQueries({ queryKey: loanQuery(loanId).queryKey });
    },
  });
}

/** Make a convention that reproduces the reported figures the loan's own, as a correction of its terms. */
export function useAdoptConvention(loanId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ convention, version }: { convention: Schemas["ConventionView"]; version: number }) =>
      answered(
        api.POST("/api/v1/loans/{loan_id}/convention", {
          params: { path: { loan_id: loanId }, header: ifMatch(version) },
          headers: ifMatch(version),
          body: convention,
        }),
      ),
    onSuccess: (loan) => {
      void loanChanged(queries, loan);
    },
    onError: () => {
      void queries.invalidateQueries({ queryKey: ["loans", loanId] });
    },
  });
}

/** Delete a loan as one saw it; tells the version of its history to bring it back from. */
export function useDeleteLoan() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version }: Loan) => {
      const path = { loan_id: id };
      await answered(
        api.DELETE("/api/v1/loans/{loan_id}", {
          params: { path, header: ifMatch(version) },
          headers: ifMatch(version),
        }),
      );
      const history = await answered(
        api.GET("/api/v1/loans/{loan_id}/history", { params: { path, query: { limit: 2 } } }),
      );
      return history.items.find(({ action }) => action !== "deleted")?.sequence ?? null;
    },
    onSuccess: (_, { id }) => {
      queries.removeQueries({ queryKey: ["loans", id] });
      void loanChanged(queries);
    },
  });
}

export function useRestoreLoan(loanId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ sequence, key }: { sequence: number; key: string }) =>
      answered(
        api.POST("/api/v1/loans/{loan_id}/restore", {
          params: { path: { loan_id: loanId } },
          headers: { "Idempotency-Key": key },
          body: { sequence },
        }),
      ),
    onSuccess: (loan) => {
      void loanChanged(queries, loan);
    },
  });
}

/** Bring back the version that a change replaced, where one knows its number and not its place in the history. */
export function useRestoreEarlier(loanId: string) {
  const restore = useRestoreLoan(loanId);
  return useMutation({
    mutationFn: async ({ version, key }: { version: number; key: string }) => {
      const { items } = await answered(
        api.GET("/api/v1/loans/{loan_id}/history", {
          params: { path: { loan_id: loanId }, query: { limit: 50 } },
        }),
      );
      const change = items.find((known) => known.version === version && known.action !== "deleted");
      if (change === undefined) throw new Error("That version is too long ago: restore it from the history.");
      return restore.mutateAsync({ sequence: change.sequence, key });
    },
  });
}

/** Create a lender, of which the name is all that is known yet. */
export function useCreateLender() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, key }: { name: string; key: string }) =>
      answered(
        api.POST("/api/v1/lenders", {
          body: { name } as Schemas["LenderDraft"],
          headers: { "Idempotency-Key": key },
        }),
      ),
    onSuccess: (lender) => {
      queries.setQueryData(partyQuery("lenders", lender.id).queryKey, lender);
      void queries.invalidateQueries({ queryKey: ["lenders"] });
    },
  });
}

/**
 * Keys for what one means to do once: the same body has the same key, so that a second press, or one after a lost
 * answer, is not done twice; another body is another intention.
 */
export function intentions(): (body: unknown) => string {
  let last: { body: string; key: string } | null = null;
  return (body) => {
    const text = JSON.stringify(body);
    if (last?.body !== text) last = { body: text, key: idempotencyKey() };
    return last.key;
  };
}
