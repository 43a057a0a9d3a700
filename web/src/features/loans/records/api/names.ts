import { useQueries } from "@tanstack/react-query";

import { type PartyKind, partyNameQuery } from "@/api/parties";
import { Problem } from "@/api/problem";

import type { Names } from "../field-words";

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
