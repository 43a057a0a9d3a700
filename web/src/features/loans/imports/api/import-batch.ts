import { type QueryClient, queryOptions, skipToken } from "@tanstack/react-query";

import { idempotencyKey, type Schemas, upload } from "@/api/client";
import { Problem } from "@/api/problem";

import { type Import, importQuery, isUnderWay, undoImport, watchImport } from "./imports";

/** What a person says about the files of one batch, beside their bytes. */
export interface TapeOptions {
  readonly deal: string;
  readonly asOf: string;
  readonly tolerance: Schemas["Tolerance"];
}

export const NO_OPTIONS: TapeOptions = { deal: "", asOf: "", tolerance: "detect" };

/** `stopped` may be tried again as it is; `refused` will be refused again. */
export type SendingState = "waiting" | "sending" | "sent" | "stopped" | "refused" | "cancelled";

/** One file on its way: how much of it has left, then the import that it became. */
export interface Sending {
  readonly key: string;
  readonly file: File;
  /** The sheet of a workbook that is read, where somebody has said which. */
  readonly sheet: string | null;
  readonly state: SendingState;
  readonly sent: number;
  readonly import: Import | null;
  readonly problem: Error | null;
}

export interface Batch {
  readonly dryRun: boolean;
  readonly options: TapeOptions;
  readonly items: readonly Sending[];
  readonly controller: AbortController;
}

const BATCH = ["import-batch"] as const;

/**
 * The files under way in this tab. They are kept beside the answers of the server, so that leaving the page neither
 * stops them nor loses sight of them.
 */
export const batchQuery = queryOptions<Batch | null>({
  queryKey: BATCH,
  queryFn: skipToken,
  staleTime: Infinity,
  gcTime: Infinity,
});

export const isSending = (batch: Batch | null): boolean =>
  batch?.items.some(({ state }) => state === "sending") ?? false;

/** The files somebody wants to send, and how they are read: `sheets` by their names. A dry run changes nothing. */
export interface SendFiles {
  readonly files: readonly File[];
  readonly sheets: Readonly<Record<string, string>>;
  readonly options: TapeOptions;
  readonly dryRun: boolean;
}

/** Send files one after another, in the order given; what has arrived is followed meanwhile. */
export function startBatch(
  client: QueryClient,
  { files, sheets, options, dryRun }: SendFiles,
): Promise<Batch> {
  const items = files.map((file): Sending => ({
    key: idempotencyKey(),
    file,
    sheet: sheets[file.name] ?? null,
    state: "waiting",
    sent: 0,
    import: null,
    problem: null,
  }));
  put(client, { dryRun, options, items, controller: new AbortController() });
  return sendAll(client);
}

/** Resume a batch: send the files that have not been sent. */
export function resumeBatch(client: QueryClient): Promise<Batch> {
  const batch = current(client);
  if (batch === null) throw new Error("There is no batch to go on with.");
  const items = batch.items.map((item) =>
    item.state === "stopped" || item.state === "cancelled"
      ? { ...item, state: "waiting" as const, sent: 0, problem: null }
      : item,
  );
  put(client, { ...batch, items, controller: new AbortController() });
  return sendAll(client);
}

/** The files of a batch that was tried, to be imported as they were read. */
export const triedFiles = ({ items, options }: Batch): SendFiles => ({
  files: items.map(({ file }) => file),
  sheets: Object.fromEntries(
    items.flatMap(({ file, sheet }) => (sheet === null ? [] : [[file.name, sheet]])),
  ),
  options,
  dryRun: false,
});

/** Stop sending; what the server has already goes on there. */
export function cancelBatch(client: QueryClient): void {
  current(client)?.controller.abort();
}

/** Forget a batch: its imports are in the list. */
export function forgetBatch(client: QueryClient): void {
  put(client, null);
}

/** What an undo of the whole batch would take back. */
export const undoable = (batch: Batch): readonly Sending[] =>
  batch.dryRun ? [] : batch.items.filter((item) => item.import?.state === "done");

/** Take back what was imported, the last file first, each once the one after it is undone. */
export async function undoBatch(client: QueryClient, batch: Batch): Promise<void> {
  for (const { key, import: work } of undoable(batch).toReversed()) {
    if (work === null) continue;
    await undoImport(work.id, client);
    await followOne(client, key);
  }
}

async function sendAll(client: QueryClient): Promise<Batch> {
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  window.addEventListener("beforeunload", warn);
  let following = Promise.resolve();
  try {
    for (;;) {
      const batch = current(client);
      const next = batch?.items.find(({ state }) => state === "waiting");
      if (batch === null || next === undefined || !(await sendOne(client, batch, next))) break;
      following = following.then(() => followOne(client, next.key));
    }
  } finally {
    window.removeEventListener("beforeunload", warn);
  }
  const batch = current(client);
  if (batch === null) throw new DOMException("The batch was forgotten.", "AbortError");
  return batch;
}

/** Send one file; tell whether it makes sense to go on with the next. */
async function sendOne(client: QueryClient, batch: Batch, item: Sending): Promise<boolean> {
  const { signal } = batch.controller;
  update(client, item.key, { state: "sending" });
  try {
    const work = await upload<Import>(pathOf(batch, item), item.file, {
      signal,
      headers: { "Idempotency-Key": item.key },
      onProgress: (sent) => update(client, item.key, { sent }),
    });
    client.setQueryData(importQuery(work.id).queryKey, work);
    update(client, item.key, { state: "sent", sent: item.file.size, import: work });
    void client.invalidateQueries({ queryKey: ["imports", "list"] });
    return true;
  } catch (error) {
    if (signal.aborted) {
      for (const { key, state } of current(client)?.items ?? []) {
        if (state === "sending" || state === "waiting") update(client, key, { state: "cancelled", sent: 0 });
      }
      return false;
    }
    const problem = error instanceof Error ? error : new Error(String(error));
    const final = problem instanceof Problem && [400, 404, 409, 413, 415, 422].includes(problem.status);
    update(client, item.key, { state: final ? "refused" : "stopped", sent: 0, problem });
    return final;
  }
}

async function followOne(client: QueryClient, key: string): Promise<void> {
  const id = current(client)?.items.find((item) => item.key === key)?.import?.id;
  if (id === undefined) return;
  try {
    const { signal } = new AbortController(); // it goes on while other pages, and other tabs, are looked at
    for await (const work of watchImport(id, signal, client, { evenHidden: true })) {
      update(client, key, { import: work });
      if (!isUnderWay(work)) client.setQueryData(importQuery(id).queryKey, work);
    }
  } catch (error) {
    update(client, key, { problem: error instanceof Error ? error : new Error(String(error)) });
  }
}

const current = (client: QueryClient): Batch | null => client.getQueryData<Batch | null>(BATCH) ?? null;

const put = (client: QueryClient, batch: Batch | null): void =>
  void client.setQueryData<Batch | null>(BATCH, () => batch);

function update(client: QueryClient, key: string, change: Partial<Sending>): void {
  const batch = current(client);
  if (batch === null) return;
  put(client, {
    ...batch,
    items: batch.items.map((item) => (item.key === key ? { ...item, ...change } : item)),
  });
}

function pathOf({ dryRun, options }: Batch, { file, sheet }: Sending): string {
  const query = new URLSearchParams({
    fileName: file.name,
    dryRun: String(dryRun),
    tolerance: options.tolerance,
    ...(options.deal.trim() && { deal: options.deal.trim() }),
    ...(options.asOf && { asOf: options.asOf }),
    ...(sheet !== null && { sheet }),
  });
  return `/api/v1/imports?${query.toString()}`;
}
