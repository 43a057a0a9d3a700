import type { PDFDocumentProxy } from "pdfjs-dist";

import { fetchFile } from "@/api/client";

/** How many bytes of a PDF are asked for at once. */
const PIECE = 256 * 1024;

export interface OpenPdf {
  readonly document: PDFDocumentProxy;
  readonly close: () => void;
}

/**
 * Open a PDF, of which only what is looked at is fetched. `onFailure` hears of what is fetched later and does not come.
 * Nothing in the file is run: pdf.js draws it in a worker of our own origin, and its scripts are not started.
 */
export async function openPdf(
  path: string,
  size: number,
  signal: AbortSignal,
  onFailure: (error: Error) => void,
): Promise<OpenPdf> {
  const { getDocument, GlobalWorkerOptions, PDFDataRangeTransport } = await import("pdfjs-dist");
  GlobalWorkerOptions.workerSrc = new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url).toString();
  const closing = new AbortController();
  const either = AbortSignal.any([signal, closing.signal]);
  const fetchPart = async (from: number, to: number) =>
    new Uint8Array(await (await fetchFile(path, { signal: either, from, to })).arrayBuffer());

  class Transport extends PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      fetchPart(begin, end).then(
        (part) => this.onDataRange(begin, part),
        (error: unknown) => {
          if (!either.aborted) onFailure(error as Error);
        },
      );
    }

    override abort(): void {
      closing.abort();
    }
  }

  const first = await fetchPart(0, Math.min(size, PIECE));
  const task = getDocument({
    range: new Transport(size, first),
    rangeChunkSize: PIECE,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
    WasmFactory: Decoders,
  });
  const close = () => {
    closing.abort();
    void task.destroy();
  };
  if (signal.aborted) close();
  try {
    return { document: await task.promise, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** What decodes JPEG 2000, of which scans are often made; what else could be asked for, pdf.js does without. */
class Decoders {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    if (filename !== "openjpeg.wasm") throw new Error(`${filename} is not carried`);
    const response = await fetch(new URL("pdfjs-dist/wasm/openjpeg.wasm", import.meta.url));
    return new Uint8Array(await response.arrayBuffer());
  }
}
