import { queryOptions } from "@tanstack/react-query";

import { answered, api } from "@/api/client";
import { word } from "@/format/format";

export type Kind = "Loans" | "Properties" | "Lenders" | "Funds" | "Portfolios" | "Documents";

/** A thing that was found, and what tells it from others of its name. */
export interface Thing {
  readonly path: string;
  readonly name: string;
  readonly detail: string;
}

export const MOST = 5;

const joined = (...parts: (string | null | undefined)[]) =>
  parts.filter((part) => part != null && part !== "").join(" · ");
const page = (name: string, id: string) => `/${name}/?id=${encodeURIComponent(id)}`;

type Find = (q: string, signal: AbortSignal) => Promise<Thing[]>;

const FIND: Readonly<Record<Kind, Find>> = {
  Loans: async (q, signal) => {
    const query = { q, limit: MOST };
    const { items } = await answered(api.GET("/api/v1/dashboard/loans", { params: { query }, signal }));
    return items.map(({ loanId, number, name, lender }) => ({
      path: page("loan", loanId),
      name,
      detail: joined(number, lender?.name),
    }));
  },
  Properties: async (q, signal) => {
    const query = { q, limit: MOST };
    const { items } = await answered(api.GET("/api/v1/properties", { params: { query }, signal }));
    return items.map(({ id, name, propertyType, city, state }) => ({
      path: page("property", id),
      name,
      detail: joined(word(propertyType), city, state),
    }));
  },
  Lenders: async (q, signal) => {
    const query = { q, limit: MOST };
    const { items } = await answered(api.GET("/api/v1/lenders", { params: { query }, signal }));
    return items.map(({ id, name, lenderType }) => ({
      path: page("lender", id),
      name,
      detail: lenderType === null ? "" : word(lenderType),
    }));
  },
  Funds: async (q, signal) => {
    const query = { q, limit: MOST };
    const { items } = await answered(api.GET("/api/v1/funds", { params: { query }, signal }));
    return items.map(({ id, name, fundType }) => ({
      path: page("fund", id),
      name,
      detail: fundType === null ? "" : word(fundType),
    }));
  },
  Portfolios: async (q, signal) => {
    const query = { q, limit: MOST };
    const { items } = await answered(api.GET("/api/v1/portfolios", { params: { query }, signal }));
    return items.map(({ id, name, strategy }) => ({
      path: page("portfolio", id),
      name,
      detail: strategy ?? "",
    }));
  },
  // Found by what is written in them; each leads to the page that says it.
  Documents: async (q, signal) => {
    const query = { q, limit: MOST };
    const { items } = await answered(api.GET("/api/v1/documents", { params: { query }, signal }));
    return items.map(({ id, title, hits: [hit] }) => ({
      path: page("document", id) + (hit === undefined ? "" : `&page=${hit.page}`),
      name: title,
      detail: hit === undefined ? "" : `Page ${hit.page}: ${hit.snippet.text}`,
    }));
  },
};

export const KINDS = Object.keys(FIND) as readonly Kind[];

/** Where all of a kind are listed that match words. */
export const ALL_FOUND: Readonly<Partial<Record<Kind, (words: string) => string>>> = {
  Loans: (words) => `/loans/?q=${encodeURIComponent(words)}`,
  Documents: (words) => `/documents/?q=${encodeURIComponent(words)}`,
};

/** The first things of a kind that match words. */
export const thingsQuery = (kind: Kind, words: string) =>
  queryOptions({
    queryKey: ["search", kind, words],
    queryFn: ({ signal }) => FIND[kind](words, signal),
    enabled: words !== "",
    staleTime: 10_000,
    gcTime: 60_000,
  });

/** Whether every word that was typed is part of a text, in whatever case and with whatever accents. */
export function matches(text: string, typed: string): boolean {
  const known = plain(text);
  return plain(typed)
    .split(/\s+/)
    .every((part) => known.includes(part));
}

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
