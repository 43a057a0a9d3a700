import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "./client";

/** What loans refer to. */
export interface Parties {
  lenders: Schemas["Lender"];
  funds: Schemas["Fund"];
  portfolios: Schemas["Portfolio"];
  properties: Schemas["Property"];
}
export type PartyKind = keyof Parties;
export type Party = Parties[PartyKind];

// The routes of the four have one shape, so they are typed as those of one of them and sent to each.
const one = (kind: PartyKind) => `/api/v1/${kind}/{portfolio_id}` as "/api/v1/portfolios/{portfolio_id}";

export const partyQuery = <K extends PartyKind>(kind: K, id: string) =>
  queryOptions({
    queryKey: [kind, id, "thing"],
    queryFn: async ({ signal }) => {
      const found = await answered(api.GET(one(kind), { params: { path: { portfolio_id: id } }, signal }));
      return found as unknown as Parties[K];
    },
  });

/** What a lender, fund, portfolio or property is called: of the thing itself, which a page may show besides. */
export const partyNameQuery = (kind: PartyKind, id: string) =>
  queryOptions({ ...partyQuery(kind, id), select: nameOf, staleTime: 60_000 });

const nameOf = ({ name }: Party): string => name;

/** Things of a kind whose names have the words searched for, the first of them by name. */
export const partySearchQuery = (kind: PartyKind, q: string) =>
  queryOptions({
    queryKey: [kind, "search", q],
    queryFn: async ({ signal }): Promise<Pick<Party, "id" | "name">[]> => {
      const params = { query: { limit: 50, ...(q === "" ? {} : { q }) } };
      switch (kind) {
        case "lenders":
          return (await answered(api.GET("/api/v1/lenders", { params, signal }))).items;
        case "funds":
          return (await answered(api.GET("/api/v1/funds", { params, signal }))).items;
        case "portfolios":
          return (await answered(api.GET("/api/v1/portfolios", { params, signal }))).items;
        case "properties":
          return (await answered(api.GET("/api/v1/properties", { params, signal }))).items;
      }
    },
  });
