import { queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

import type { LinkedKind, Thing } from "./documents";

const NAME: Readonly<Record<LinkedKind, (id: string, signal: AbortSignal) => Promise<string>>> = {
  loan: async (id, signal) => {
    const params = { path: { loan_id: id } };
    const { number, name } = await answered(api.GET("/api/v1/loans/{loan_id}", { params, signal }));
    return `${number} · ${name}`;
  },
  property: async (id, signal) => {
    const params = { path: { property_id: id } };
    return (await answered(api.GET("/api/v1/properties/{property_id}", { params, signal }))).name;
  },
  lender: async (id, signal) => {
    const params = { path: { lender_id: id } };
    return (await answered(api.GET("/api/v1/lenders/{lender_id}", { params, signal }))).name;
  },
  fund: async (id, signal) => {
    const params = { path: { fund_id: id } };
    return (await answered(api.GET("/api/v1/funds/{fund_id}", { params, signal }))).name;
  },
  portfolio: async (id, signal) => {
    const params = { path: { portfolio_id: id } };
    return (await answered(api.GET("/api/v1/portfolios/{portfolio_id}", { params, signal }))).name;
  },
};

const NAMES_LAST = 60_000;

/** A thing's name; fails where it is not there any more. */
export const thingNameQuery = ({ kind, id }: Thing) =>
  queryOptions({
    queryKey: ["documents", "thing", kind, id],
    queryFn: ({ signal }) => NAME[kind](id, signal),
    staleTime: NAMES_LAST,
    retry: false,
  });

export const thingPath = ({ kind, id }: Thing): string => `/${kind}/?id=${encodeURIComponent(id)}`;
