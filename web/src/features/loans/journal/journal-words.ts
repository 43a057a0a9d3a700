import type { Schemas } from "@/api/client";

type Write = Schemas["JournalWrite"];
type Count = Schemas["JournalCount"];
type Line = Pick<Schemas["JournalLine"], "writes" | "counts">;
type Verb = "created" | "changed" | "deleted";

/** What the loans service keeps, as people call one and several of it, and the page that shows one. */
const KINDS: Readonly<Record<string, { one: string; several: string; page?: string }>> = {
  loan: { one: "loan", several: "loans", page: "/loan/" },
  property: { one: "property", several: "properties", page: "/property/" },
  lender: { one: "lender", several: "lenders", page: "/lender/" },
  fund: { one: "fund", several: "funds", page: "/fund/" },
  portfolio: { one: "portfolio", several: "portfolios", page: "/portfolio/" },
  period: { one: "monthly report", several: "monthly reports" },
  import: { one: "import", several: "imports", page: "/import/" },
  import_rows: { one: "set of import rows", several: "sets of import rows" },
  statement: { one: "servicer statement", several: "servicer statements" },
  column_mapping: { one: "column mapping", several: "column mappings" },
  demonstration: { one: "sample data record", several: "sample data records" },
  answer: { one: "request receipt", several: "request receipts" },
};

/** The order in which a sentence names kinds, the most asked for first. */
const ORDER = Object.keys(KINDS);

/** What the product keeps for itself; a sentence names it only where there is nothing else. */
const KEPT_FOR_ITSELF = new Set(["answer", "import_rows", "statement", "demonstration"]);

const VERBS: Readonly<Record<Verb, string>> = { created: "added", changed: "changed", deleted: "deleted" };

/** By what the journal can be searched. */
export const SEARCHED_KINDS = ORDER.filter((kind) => kind !== "answer").map((kind) => {
  const { several } = KINDS[kind] ?? { several: kind };
  return { value: kind, label: capitalized(several) };
});

export const kindInWords = (kind: string): string => KINDS[kind]?.one ?? kind.replaceAll("_", " ");

export const pageOf = ({ kind, id, deleted }: Pick<Write, "kind" | "id" | "deleted">): string | null => {
  const page = KINDS[kind]?.page;
  return page === undefined || deleted ? null : `${page}?id=${encodeURIComponent(id)}`;
};

export const verbOf = ({ version, deleted }: Pick<Write, "version" | "deleted">): Verb =>
  deleted ? "deleted" : version === 1 ? "created" : "changed";

/** A part of a sentence; `page` is where it leads. */
export interface Part {
  readonly text: string;
  readonly page?: string | null;
}

/** Whether an entry only says that an import waits or begins: nobody looks for it. */
export const isUsual = ({ writes, counts }: Line): boolean =>
  counts.every(({ kind }) => kind === "import" || KEPT_FOR_ITSELF.has(kind)) &&
  writes.some(
    ({ kind, summary }) => kind === "import" && ["queued", "running"].includes(String(summary.state)),
  );

/** What an entry did, as a sentence of parts: `Added 35 loans, 85 properties` or `Changed loan ` + `RI-1 Harbor`. */
export function sentence({ writes, counts }: Line): Part[] {
  const imported = writes.find((write) => write.kind === "import" && text(write, "fileName") !== "");
  const told = counts.filter(
    ({ kind }) => !KEPT_FOR_ITSELF.has(kind) && (imported === undefined || kind !== "import"),
  );
  if (imported !== undefined && told.length === 0) return importSentence(imported);
  const named = (told.length > 0 ? told : counts).toSorted((one, other) => placeOf(one) - placeOf(other));
  const clauses = (Object.keys(VERBS) as Verb[])
    .map((verb) => clause(verb, named, writes))
    .filter((parts) => parts.length > 0);
  if (clauses.length === 0) return [{ text: "Nothing stored" }];
  const all = clauses.flatMap((parts, index) => (index === 0 ? parts : [{ text: "; " }, ...parts]));
  if (imported === undefined) return capital(all);
  const file = { text: text(imported, "fileName"), page: pageOf(imported) };
  return [{ text: "Importing " }, file, { text: ": " }, ...all];
}

function clause(verb: Verb, counts: readonly Count[], writes: readonly Write[]): Part[] {
  const parts = counts
    .filter((count) => count[verb] > 0)
    .map((count) => {
      const { kind } = count;
      if (count[verb] > 1) {
        const several = KINDS[kind]?.several ?? `${kindInWords(kind)} records`;
        return [{ text: `${grouped(count[verb])} ${several}` }];
      }
      const write = writes.find((one) => one.kind === kind && verbOf(one) === verb);
      const name = write === undefined ? "" : nameOf(write);
      if (write === undefined || name === "") return [{ text: `1 ${kindInWords(kind)}` }];
      return [{ text: `${kindInWords(kind)} ` }, { text: name, page: pageOf(write) }];
    });
  if (parts.length === 0) return [];
  return [
    { text: `${VERBS[verb]} ` },
    ...parts.flatMap((part, index) => (index === 0 ? part : [{ text: ", " }, ...part])),
  ];
}

const IMPORTS: Readonly<Record<string, string>> = {
  queued: "Requested the import of ",
  running: "Started importing ",
  failed: "Could not import ",
  undoing: "Started undoing the import of ",
  undone: "Undid the import of ",
};

function importSentence(write: Write): Part[] {
  const { state, dryRun, loans, properties } = write.summary;
  const done = state === "done";
  const before = done
    ? dryRun === true
      ? "Previewed "
      : "Imported "
    : (IMPORTS[String(state)] ?? "Changed the import of ");
  const counts = [many(loans, "loan"), many(properties, "property")].filter((words) => words !== "");
  return [
    { text: before },
    { text: text(write, "fileName"), page: pageOf(write) },
    ...(done && counts.length > 0 ? [{ text: `: ${counts.join(", ")}` }] : []),
  ];
}

const many = (count: unknown, kind: "loan" | "property"): string =>
  typeof count === "number" ? `${grouped(count)} ${KINDS[kind]?.[count === 1 ? "one" : "several"]}` : "";

const nameOf = (write: Write): string =>
  ["number", "name"]
    .map((field) => text(write, field))
    .filter((word) => word !== "")
    .join(" ");

function text({ summary }: Write, field: string): string {
  const value = summary[field];
  return typeof value === "string" ? value : "";
}

const placeOf = ({ kind }: Count): number => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);

const grouped = (count: number): string => count.toLocaleString("en-US");

function capital([first, ...others]: readonly Part[]): Part[] {
  return first === undefined ? [] : [{ ...first, text: capitalized(first.text) }, ...others];
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
