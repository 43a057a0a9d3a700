import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

/** What loans refer to, and what a person may say about each. */
export interface Parties {
  lenders: Schemas["Lender"];
  funds: Schemas["Fund"];
  portfolios: Schemas["Portfolio"];
  properties: Schemas["Property"];
}
export interface Drafts {
  lenders: Schemas["LenderDraft"];
  funds: Schemas["FundDraft"];
  portfolios: Schemas["PortfolioDraft"];
  properties: Schemas["PropertyDraft"];
}
export type PartyKind = keyof Parties;
export type Party = Parties[PartyKind];
export type Draft = Drafts[PartyKind];

// The routes of the four have one shape, so they are typed as those of one of them and sent to each.
const collection = (kind: PartyKind) => `/api/v1/${kind}` as "/api/v1/portfolios";
const one = (kind: PartyKind) => `${collection(kind)}/{portfolio_id}` as const;

export interface PartyListFilter {
  readonly q?: string;
  readonly order?: string;
  readonly propertyType?: readonly string[];
  readonly state?: string;
  readonly portfolioId?: string;
}

export interface ListItems {
  lenders: Schemas["Lender"];
  funds: Schemas["Fund"];
  portfolios: Schemas["Portfolio"];
  properties: Schemas["PropertySummary"];
}

export const partyPages = <K extends PartyKind>(kind: K, filter: PartyListFilter) =>
  cursorPages<ListItems[K]>([kind, "list", filter], async (cursor, signal) => {
    const query = { ...filter, total: true, cursor } as { q?: string };
    const page = await answered(api.GET(collection(kind), { params: { query }, signal }));
    return page as unknown as { items: ListItems[K][]; next: string | null; total?: number };
  });

export const partyQuery = <K extends PartyKind>(kind: K, id: string) =>
  queryOptions({
    queryKey: [kind, id, "thing"],
    queryFn: async ({ signal }) => {
      const found = await answered(api.GET(one(kind), { params: { path: { portfolio_id: id } }, signal }));
      return found as unknown as Parties[K];
    },
  });

/** Who changed what, newest first; of a deleted one too. */
export const partyHistoryQuery = (kind: PartyKind, id: string, limit: number) =>
  queryOptions({
    queryKey: [kind, id, "history", limit],
    queryFn: ({ signal }) =>
      answered(
        api.GET(`${one(kind)}/history`, {
          params: { path: { portfolio_id: id }, query: { limit } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** After something changed: what shows it, and what it counts in, is asked for again. */
export function partyChanged(client: QueryClient, kind: PartyKind, thing?: Party): void {
  if (thing !== undefined) client.setQueryData<Party>(partyQuery(kind, thing.id).queryKey, () => thing);
  for (const key of [kind, "loans", "dashboard"]) void client.invalidateQueries({ queryKey: [key] });
}

/** Create a thing, or replace all that a person may say about the version one saw. */
export async function saveParty<K extends PartyKind>(
  kind: K,
  draft: Drafts[K],
  seen: Pick<Party, "id" | "version"> | null,
  key: string,
  signal: AbortSignal,
): Promise<Parties[K]> {
  const body = draft as unknown as Schemas["PortfolioDraft"];
  const saved =
    seen === null
      ? await answered(api.POST(collection(kind), { body, headers: { "Idempotency-Key": key }, signal }))
      : await answered(
          api.PUT(one(kind), {
            params: { path: { portfolio_id: seen.id }, header: ifMatch(seen.version) },
            headers: ifMatch(seen.version),
            body,
            signal,
          }),
        );
  return saved as unknown as Parties[K];
}

export async function deleteParty(kind: PartyKind, { id, version }: Party): Promise<void> {
  await answered(
    api.DELETE(one(kind), {
      params: { path: { portfolio_id: id }, header: ifMatch(version) },
      headers: ifMatch(version),
    }),
  );
}

/** Bring back what the history has at a sequence. */
export const restoreParty = (kind: PartyKind, id: string, sequence: number): Promise<Party> =>
  answered(
    api.POST(`${one(kind)}/restore`, {
      params: { path: { portfolio_id: id }, header: { "Idempotency-Key": idempotencyKey() } },
      body: { sequence },
    }),
  );

/** Bring back a version as it was known by its number, also after a deletion. */
export async function restoreVersion(kind: PartyKind, id: string, version: number): Promise<Party> {
  const { items } = await answered(
    api.GET(`${one(kind)}/history`, { params: { path: { portfolio_id: id }, query: { limit: 100 } } }),
  );
  const wanted = items.find((change) => change.version === version && change.action !== "deleted");
  if (wanted === undefined) throw new Error("Its history does not reach back that far.");
  return restoreParty(kind, id, wanted.sequence);
}

/** The loans on a property. */
export const propertyLoansPages = (propertyId: string) =>
  cursorPages<Schemas["LoanSummary"]>(["properties", propertyId, "loans"], (cursor, signal) =>
    answered(
      api.GET("/api/v1/properties/{property_id}/loans", {
        params: { path: { property_id: propertyId }, query: { limit: 200, cursor } },
        signal,
      }),
    ),
  );
