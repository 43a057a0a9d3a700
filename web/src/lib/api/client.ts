import createClient from "openapi-fetch";

import type { components, paths } from "./schema";
import { fetchSignedIn } from "./session";

export type Schemas = components["schemas"];

/** The newest sequence of each service that this tab has written: later reads show at least that. */
const written = new Map<string, number>();

async function fetchInOrder(request: Request): Promise<Response> {
  if (request.method === "GET" && written.size > 0) {
    request.headers.set(
      "Realinsights-After",
      [...written].map(([service, at]) => `${service}=${at}`).join(","),
    );
  }
  const response = await fetchSignedIn(request);
  for (const part of response.headers.get("Realinsights-Sequence")?.split(",") ?? []) {
    const [service, at] = part.trim().split("=");
    if (service && at) written.set(service, Math.max(written.get(service) ?? 0, Number(at)));
  }
  return response;
}

/** The API, typed by its own document. A refusal is thrown as `Problem`, so `data` is always there: see `answered`. */
export const api = createClient<paths>({
  fetch: fetchInOrder,
  querySerializer: { array: { style: "form", explode: true } },
});

/** Return what the server answered with. */
export async function answered<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}

/** The header that lets a change apply to one version only. */
export const ifMatch = (version: number): { "If-Match": string } => ({ "If-Match": `"${version}"` });

/** A key under which the server does a request once, however often it arrives: make one for each intention. */
export const idempotencyKey = (): string => crypto.randomUUID();

/** Fetch a file (CSV and the like) and hand it to the person as a download. */
export async function download(path: string, name: string): Promise<void> {
  const response = await fetchInOrder(new Request(path));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Send a file's bytes as a request's body; `answered` is for JSON, this for what no generated call can stream. */
export async function upload<T>(path: string, file: Blob, contentType: string): Promise<T> {
  const request = new Request(path, { method: "POST", body: file, headers: { "Content-Type": contentType } });
  return (await (await fetchInOrder(request)).json()) as T;
}

/** Follow server-sent events until they end or `signal` aborts; each event's data is decoded. */
export async function* follow<T>(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<{ event: string; data: T }> {
  const response = await fetchInOrder(
    new Request(path, { signal, headers: { Accept: "text/event-stream" } }),
  );
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (pending + value.replaceAll("\r\n", "\n")).split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
      if (data.length === 0) continue;
      const event =
        lines
          .find((line) => line.startsWith("event:"))
          ?.slice(6)
          .trim() ?? "message";
      yield { event, data: JSON.parse(data.join("\n")) as T };
    }
  }
}
