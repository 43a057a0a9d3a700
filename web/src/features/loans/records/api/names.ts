import { queryOptions, useQueries } from "@tanstack/react-query";

import { answered, api } from "@/api/client";
import { Problem } from "@/api/problem";

import type { Names } from "../field-words";
import { type Party, type PartyKind, partyQuery } from "./party";

/** What a lender, fund, portfolio or property is called: of the thing itself, which a page may show besides. */
export const partyNameQuery = (kind: PartyKind, id: string) =>
  queryOptions({ ...partyQuery(kind, id), select: nameOf, staleTime: 60_000 });

const nameOf = ({ name }: Party): string => name;

const KINDS: Readonly<Record<string, PartyKind>> = {
  lenderId: "lenders",
  fundId: "funds",
  portfolioId: "portfolios",
  propertyId: "properties",
};

/** Every reference in a piece of JSON, a loan or a list of changes, by what it refers to. */
export function referencesIn(value: unknown, field = ""): { kind: PartyKind; id: string }[] {
  const kind = KINDS[field.replace(/^.*\./, "")];
  if (typeof value === "string") return kind === undefined ? [] : [{ kind, id: value }];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => referencesIn(item, field));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => referencesIn(inner, name));
}

/** The names of what is referred to; of what is gone, a note that it is gone. */
export function useNames(references: readonly { kind: PartyKind; id: string }[]): Names {
  const distinct = [...new Map(references.map((reference) => [reference.id, reference])).values()];
  return useQueries({
    queries: distinct.map(({ kind, id }) => partyNameQuery(kind, id)),
    combine: (answers) =>
      new Map(
        answers.flatMap(({ data, error }, index) => {
          const id = distinct[index]?.id;
          const gone = error instanceof Problem && error.status === 404;
          return id === undefined ? [] : [[id, data ?? (gone ? "No longer there" : "…")] as const];
        }),
      ),
  });
}

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
