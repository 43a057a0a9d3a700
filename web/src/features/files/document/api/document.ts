import type { QueryClient } from "@tanstack/react-query";

import { answered, api, ifMatch, type Schemas } from "@/api/client";

import { documentQuery, documentsChanged, type FiledDocument } from "../../records/api/documents";

export type DocumentDraft = Schemas["DocumentDraft"];

/** What a person may say of a document. */
export const draftOf = ({
  title,
  kind,
  expiresOn,
  confidential,
  retentionUntil,
  links,
}: FiledDocument): DocumentDraft => ({
  title,
  kind,
  expiresOn,
  confidential,
  retentionUntil,
  links: links.map(({ page = null, ...link }) => ({ ...link, page })),
});

async function took(client: QueryClient, document: FiledDocument): Promise<FiledDocument> {
  client.setQueryData(documentQuery(document.id).queryKey, document);
  await documentsChanged(client);
  return document;
}

const paramsOf = ({ id, version }: Pick<FiledDocument, "id" | "version">) => ({
  path: { document_id: id },
  header: ifMatch(version),
});

/** Say something else of a document, of the version that was read. */
export const changeDocument = async (
  client: QueryClient,
  document: Pick<FiledDocument, "id" | "version">,
  body: DocumentDraft,
) =>
  took(
    client,
    await answered(api.PUT("/api/v1/documents/{document_id}", { params: paramsOf(document), body })),
  );

/** Put a document under a legal hold. */
export const holdDocument = async (client: QueryClient, document: FiledDocument, reason: string) =>
  took(
    client,
    await answered(
      api.PUT("/api/v1/documents/{document_id}/hold", { params: paramsOf(document), body: { reason } }),
    ),
  );

/** Lift the legal hold of a document. */
export const releaseDocument = async (client: QueryClient, document: FiledDocument) =>
  took(
    client,
    await answered(api.DELETE("/api/v1/documents/{document_id}/hold", { params: paramsOf(document) })),
  );

/** Delete a document with all its versions, for good. */
export async function deleteDocument(client: QueryClient, document: FiledDocument): Promise<void> {
  await answered(api.DELETE("/api/v1/documents/{document_id}", { params: paramsOf(document) }));
  client.removeQueries({ queryKey: documentQuery(document.id).queryKey });
  await client.invalidateQueries({ queryKey: ["documents", "list"] });
}
