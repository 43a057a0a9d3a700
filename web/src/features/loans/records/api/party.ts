import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";
import { type Parties, type Party, type PartyKind, partyQuery } from "@/api/parties";
import { type CursorPage, cursorPages } from "@/components/table/pages";

/** What a person may say about each of what loans refer to. */
export interface Drafts {
  lenders: Schemas["LenderDraft"];
  funds: Schemas["FundDraft"];
  portfolios: Schemas["PortfolioDraft"];
  properties: Schemas["PropertyDraft"];
}
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

/** What is owed to or by one of them: in a list that is in the order of that. */
export interface Owed {
  readonly balance: string;
  readonly loans: number;
  readonly share: string | null;
}
type Exposed<Row> = Row & { readonly exposure?: Owed };
export interface ListItems {
  lenders: Exposed<Schemas["Lender"]>;
  funds: Exposed<Schemas["Fund"]>;
  portfolios: Exposed<Schemas["Portfolio"]>;
  properties: Schemas["PropertySummary"];
}

/** Lists lenders, funds or portfolios in the order of what is owed; from whoever computes that. */
export type ExposurePage = (
  to: "lender" | "fund" | "portfolio",
  asked: { q?: string; order: string; cursor?: string },
  signal: AbortSignal,
) => Promise<CursorPage<Owed & { readonly id: string }>>;

const EXPOSED_TO: Readonly<Record<PartyKind, "lender" | "fund" | "portfolio" | null>> = {
  lenders: "lender",
  funds: "fund",
  portfolios: "portfolio",
  properties: null,
};
const OF_EXPOSURE: readonly string[] = ["balance", "-balance", "loans", "-loans"];

/**
 * A list, page by page. One in the order of what is owed comes from `exposurePage`, which knows no more of each than its
 * id: what a list shows besides is asked for by the ids of the page.
 */
export function partyPages<K extends PartyKind>(
  kind: K,
  filter: PartyListFilter,
  exposurePage?: ExposurePage,
) {
  const ask = async (query: object, signal: AbortSignal) => {
    const page = await answered(api.GET(collection(kind), { params: { query }, signal }));
    return page as unknown as CursorPage<ListItems[K]>;
  };
  const { q, order } = filter;
  const to = EXPOSED_TO[kind];
  if (exposurePage === undefined || to === null || order === undefined || !OF_EXPOSURE.includes(order))
    return cursorPages<ListItems[K]>([kind, "list", filter], (cursor, signal) =>
      ask({ ...filter, total: true, cursor }, signal),
    );
  // Balances change with every loan: what asks the dashboard anew asks for this list anew.
  return cursorPages<ListItems[K]>(["dashboard", "exposures", kind, filter], async (cursor, signal) => {
    const page = await exposurePage(to, { q, order, cursor }, signal);
    const ids = page.items.map(({ id }) => id);
    const known = ids.length === 0 ? [] : (await ask({ id: ids }, signal)).items;
    const things = new Map(known.map((thing) => [thing.id, thing]));
    // One that was deleted between the two questions is left out.
    const items = page.items.flatMap((exposure) => {
      const thing = things.get(exposure.id);
      return thing === undefined ? [] : [{ ...thing, exposure }];
    });
    return { ...page, items };
  });
}

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
