import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";

const PAGE = 200;
const MOST_PAGES = 20;

async function allMembers(signal: AbortSignal): Promise<Schemas["MemberView"][]> {
  const found: Schemas["MemberView"][] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items, next } = await answered(api.GET("/api/v1/members", { params: { query }, signal }));
    found.push(...items);
    if (next === null || next === undefined) break;
    cursor = next;
  }
  return found;
}

const memberNamesQuery = queryOptions({
  queryKey: ["members", "names"],
  queryFn: ({ signal }) => allMembers(signal),
  staleTime: 60_000,
  select: (members) =>
    new Map(members.map(({ id, firstName, lastName }) => [id, `${firstName} ${lastName}`.trim()])),
});

const SYSTEMS: Readonly<Record<string, string>> = {
  "system:demonstration": "Demonstration data",
  "system:command-line": "Command line",
};

/** Who did something, by name; what the product did itself says so. */
export function useActorName(): (actor: string) => string {
  const { data } = useQuery(memberNamesQuery);
  return (actor) => {
    if (actor.startsWith("system:")) return SYSTEMS[actor] ?? `System: ${actor.slice("system:".length)}`;
    return data?.get(actor) ?? (data === undefined ? "…" : "A former member");
  };
}
