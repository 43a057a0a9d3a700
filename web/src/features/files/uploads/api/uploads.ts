import { type QueryClient, queryOptions } from "@tanstack/react-query";
import type { DetailedError, Upload } from "tus-js-client";

import { answered, api, idempotencyKey } from "@/api/client";
import { Problem, UNREACHABLE } from "@/api/problem";

import { documentsChanged } from "../../records/api/documents";
import { problemBehind, SessionStack } from "./session-stack";

/** What is said of a file that is uploaded, in the names of `Upload-Metadata`. */
export interface Said {
  readonly kind?: string;
  readonly link?: string;
  readonly isConfidential?: string;
  /** It becomes another version of this document. */
  readonly documentId?: string;
}

/** A file on its way; `stopped` can go on where it is, `refused` cannot. */
export interface Sending {
  readonly key: string;
  readonly file: File;
  readonly said: Said;
  readonly state: "waiting" | "sending" | "stopped" | "refused" | "done";
  readonly sent: number;
  readonly problem: Error | null;
  readonly documentId: string | null;
}

/** How many files are sent side by side. */
const AT_ONCE = 2;
const RETRY_AFTER = [500, 1_000, 3_000, 5_000, 10_000];
/** Refusals that pass by themselves: somebody else writes, too many requests. */
const PASSING = new Set([409, 423, 429]);
const NO_ROOM = 507;
const ENDPOINT = "/api/v1/uploads";

const KEY = ["uploads"] as const;

/** The files on their way. They go on while other pages are looked at. */
export const uploadsQuery = queryOptions({
  queryKey: KEY,
  queryFn: (): readonly Sending[] => [],
  initialData: [] as readonly Sending[],
  staleTime: Infinity,
  gcTime: Infinity,
});

/** What sends each file, while it does. */
const senders = new Map<string, Upload>();

const all = (client: QueryClient): readonly Sending[] => client.getQueryData(uploadsQuery.queryKey) ?? [];

const put = (client: QueryClient, items: readonly Sending[]) =>
  client.setQueryData(uploadsQuery.queryKey, items);

const change = (client: QueryClient, key: string, changes: Partial<Sending>) =>
  put(
    client,
    all(client).map((item) => (item.key === key ? { ...item, ...changes } : item)),
  );

/** Send files, two at a time. */
export function startUploads(
  client: QueryClient,
  files: readonly { readonly file: File; readonly said: Said }[],
): void {
  const items = files.map(({ file, said }): Sending => ({
    key: idempotencyKey(),
    file,
    said,
    state: "waiting",
    sent: 0,
    problem: null,
    documentId: null,
  }));
  put(client, [...all(client), ...items]);
  watch(client);
  goOn(client);
}

/** Go on with a file where it stopped. */
export function resumeUpload(client: QueryClient, key: string): void {
  change(client, key, { state: "waiting", problem: null });
  goOn(client);
}

/** Stop a file for good: the server forgets what it has of it. */
export async function cancelUpload(client: QueryClient, key: string): Promise<void> {
  put(
    client,
    all(client).filter((item) => item.key !== key),
  );
  const sender = senders.get(key);
  senders.delete(key);
  goOn(client);
  // What cannot be told now goes by itself after a week.
  await sender?.abort(true).catch(() => undefined);
}

/** Take what is done or refused out of sight. */
export function forgetEnded(client: QueryClient): void {
  put(
    client,
    all(client).filter(({ state }) => state !== "done" && state !== "refused"),
  );
}

let watching: AbortController | null = null;

/** While files are on their way: leaving the page asks first, and a network that is back goes on with them. */
function watch(client: QueryClient): void {
  if (watching !== null) return;
  watching = new AbortController();
  const { signal } = watching;
  window.addEventListener(
    "beforeunload",
    (event) => {
      if (all(client).some(({ state }) => state === "sending" || state === "waiting")) event.preventDefault();
    },
    { signal },
  );
  window.addEventListener(
    "online",
    () => {
      for (const { key, state } of all(client)) if (state === "stopped") resumeUpload(client, key);
    },
    { signal },
  );
}

function goOn(client: QueryClient): void {
  const items = all(client);
  const under = items.filter(({ state }) => state === "sending").length;
  for (const item of items
    .filter(({ state }) => state === "waiting")
    .slice(0, Math.max(0, AT_ONCE - under))) {
    change(client, item.key, { state: "sending" });
    void send(client, item).catch((error: unknown) => stop(client, item.key, error as Error));
  }
  if (all(client).every(({ state }) => state === "done" || state === "refused")) {
    watching?.abort();
    watching = null;
  }
}

async function send(client: QueryClient, { key, file, said }: Sending): Promise<void> {
  // No part of a page's first load.
  const { Upload } = await import("tus-js-client");
  if (!all(client).some((item) => item.key === key)) return;
  const upload =
    senders.get(key) ??
    new Upload(file, {
      endpoint: location.origin + ENDPOINT,
      httpStack: new SessionStack(),
      metadata: { filename: file.name, ...said },
      retryDelays: RETRY_AFTER,
      removeFingerprintOnSuccess: true,
      // The same file goes on where it stopped, also after the page was closed, if the same is said of it.
      fingerprint: ({ name, size, lastModified }, { metadata }) =>
        Promise.resolve([name, size, lastModified, JSON.stringify(metadata)].join("|")),
      onShouldRetry: (error) => passes(error),
      onProgress: (sent) => change(client, key, { sent }),
      onError: (error) => stop(client, key, problemBehind(error)),
      onSuccess: () => void finish(client, key).catch((error: unknown) => stop(client, key, error as Error)),
    });
  if (!senders.has(key)) {
    senders.set(key, upload);
    const [before] = await upload.findPreviousUploads();
    if (before !== undefined) upload.resumeFromPreviousUpload(before);
  }
  upload.start();
}

/** Whether another try may succeed; without a network it waits for one instead. */
function passes({ originalResponse }: DetailedError): boolean {
  if (!navigator.onLine) return false;
  if (originalResponse === null) return true;
  return !isFinal(originalResponse.getStatus());
}

/** Whether an answer stands: what is refused, and what there is no room for. */
const isFinal = (status: number): boolean =>
  status === NO_ROOM || (status >= 400 && status < 500 && status !== 401 && !PASSING.has(status));

function stop(client: QueryClient, key: string, error: Error): void {
  const known = error instanceof Problem ? error : UNREACHABLE;
  const final = isFinal(known.status);
  if (final) senders.delete(key);
  change(client, key, { state: final ? "refused" : "stopped", problem: known });
  goOn(client);
}

async function finish(client: QueryClient, key: string): Promise<void> {
  const id = senders.get(key)?.url?.split("/").at(-1) ?? "";
  const path = { upload_id: id };
  const { documentId } = await answered(api.GET("/api/v1/uploads/{upload_id}", { params: { path } }));
  senders.delete(key);
  change(client, key, { state: "done", documentId, problem: null });
  goOn(client);
  await documentsChanged(client);
}
