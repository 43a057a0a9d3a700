import { type QueryClient, queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";

export type Citation = Schemas["Citation"];
export type CitationDraft = Schemas["CitationDraft"];

/** Citations of a loan or of a document: those that there are room for on a page, which are all that people make. */
const MOST = 200;

const listed = (of: { loanId: string } | { documentId: string }) =>
  queryOptions({
    queryKey: ["documents", "citations", of],
    queryFn: async ({ signal }) => {
      const query = { ...of, limit: MOST };
      return (await answered(api.GET("/api/v1/citations", { params: { query }, signal }))).items;
    },
  });

/** The citations of a loan, by field. */
export const loanCitationsQuery = (loanId: string) => listed({ loanId });

/** The citations of a document, by field. */
export const documentCitationsQuery = (documentId: string) => listed({ documentId });

const changed = (client: QueryClient) => client.invalidateQueries({ queryKey: ["documents", "citations"] });

/** Say where a loan's field is written. */
export async function cite(client: QueryClient, body: CitationDraft): Promise<void> {
  const header = { "Idempotency-Key": idempotencyKey() };
  await answered(api.POST("/api/v1/citations", { params: { header }, body }));
  await changed(client);
}

const paramsOf = ({ id, version }: Citation) => ({ path: { citation_id: id }, header: ifMatch(version) });

/** Confirm, as a second person, that the field is written there. */
export async function confirmCitation(client: QueryClient, citation: Citation): Promise<void> {
  const { path, header } = paramsOf(citation);
  await answered(
    api.POST("/api/v1/citations/{citation_id}/confirm", {
      params: { path, header: { ...header, "Idempotency-Key": idempotencyKey() } },
    }),
  );
  await changed(client);
}

export async function withdrawCitation(client: QueryClient, citation: Citation): Promise<void> {
  await answered(api.DELETE("/api/v1/citations/{citation_id}", { params: paramsOf(citation) }));
  await changed(client);
}

/** A loan, for what its fields say. */
export const citedLoanQuery = (id: string) =>
  queryOptions({
    queryKey: ["loans", "cited", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/loans/{loan_id}", { params: { path: { loan_id: id } }, signal })),
  });
