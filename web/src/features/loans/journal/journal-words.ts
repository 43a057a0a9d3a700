import type { Schemas } from "@/api/client";

type Write = Schemas["JournalWrite"];

/** What the loans service keeps, as people call one and several of it, and the page that shows one. */
const KINDS: Readonly<Record<string, { one: string; several: string; page?: string }>> = {
  loan: { one: "loan", several: "loans", page: "/loan/" },
  property: { one: "property", several: "properties", page: "/property/" },
  lender: { one: "lender", several: "lenders", page: "/lender/" },
  fund: { one: "fund", several: "funds", page: "/fund/" },
  portfolio: { one: "portfolio", several: "portfolios", page: "/portfolio/" },
  period: { one: "month of a loan", several: "months of loans" },
  import: { one: "import", several: "imports", page: "/import/" },
  import_rows: { one: "page of an import's rows", several: "pages of an import's rows" },
  statement: { one: "tape's word on a loan", several: "tape's words on loans" },
  column_mapping: { one: "column mapping", several: "column mappings" },
  demonstration: { one: "demonstration", several: "demonstrations" },
};

/** By what the journal can be searched. */
export const SEARCHED_KINDS = Object.entries(KINDS).map(([kind, { several }]) => ({
  value: kind,
  label: several.charAt(0).toUpperCase() + several.slice(1),
}));

export const kindInWords = (kind: string): string => KINDS[kind]?.one ?? kind.replaceAll("_", " ");

export const pageOf = ({ kind, id, deleted }: Write): string | null => {
  const page = KINDS[kind]?.page;
  return page === undefined || deleted ? null : `${page}?id=${encodeURIComponent(id)}`;
};

export const verbOf = ({ version, deleted }: Write): string =>
  deleted ? "deleted" : version === 1 ? "created" : "changed";

/** What an entry did: `2 loans changed, 1 property created`, and how many more documents it wrote. */
export function inWords(writes: readonly Write[], writeCount: number): string {
  const counts = new Map<string, number>();
  for (const write of writes) {
    const key = `${write.kind} ${verbOf(write)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const parts = [...counts].map(([key, count]) => {
    const [kind = "", verb = ""] = key.split(" ");
    const several = KINDS[kind]?.several ?? `${kindInWords(kind)} documents`;
    return count === 1 ? `1 ${kindInWords(kind)} ${verb}` : `${count} ${several} ${verb}`;
  });
  const more = writeCount - writes.length;
  if (more > 0) parts.push(`and ${more} more documents`);
  return parts.length === 0 ? "Nothing stored" : parts.join(", ");
}
