import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";

import { sendBytes } from "@/api/client";
import { Problem } from "@/api/problem";

/** How tus-js-client sends its requests: as who is signed in, with the next token where one has run out. */
export class SessionStack implements HttpStack {
  getName(): string {
    return "SessionStack";
  }

  createRequest(method: string, url: string): HttpRequest {
    return new SessionRequest(method, url);
  }
}

class SessionRequest implements HttpRequest {
  readonly #headers: Record<string, string> = {};
  readonly #controller = new AbortController();
  #onProgress: ((sent: number) => void) | undefined;

  constructor(
    readonly method: string,
    readonly url: string,
  ) {}

  getMethod(): string {
    return this.method;
  }

  getURL(): string {
    return this.url;
  }

  setHeader(header: string, value: string): void {
    this.#headers[header] = value;
  }

  getHeader(header: string): string | undefined {
    return this.#headers[header];
  }

  setProgressHandler(handler: (sent: number) => void): void {
    this.#onProgress = handler;
  }

  async send(body: Blob | null | undefined): Promise<HttpResponse> {
    const { signal } = this.#controller;
    try {
      const response = await sendBytes(this.method, this.url, body ?? null, {
        headers: this.#headers,
        onProgress: this.#onProgress,
        signal,
      });
      return answer(response.status, response.headers, response);
    } catch (error) {
      // Some refusals mean something to tus: a file that is gone is begun anew.
      if (error instanceof Problem && error.status > 0) return answer(error.status, new Headers(), error);
      throw error;
    }
  }

  abort(): Promise<void> {
    this.#controller.abort();
    return Promise.resolve();
  }

  getUnderlyingObject(): AbortController {
    return this.#controller;
  }
}

const answer = (status: number, headers: Headers, underlying: Response | Problem): HttpResponse => ({
  getStatus: () => status,
  getHeader: (name) => headers.get(name) ?? undefined,
  getBody: () => (underlying instanceof Problem ? underlying.message : ""),
  getUnderlyingObject: () => underlying,
});

/** What went wrong, in the server's words where it answered. */
export function problemBehind(error: Error): Error {
  const { originalResponse, causingError } = error as Partial<Behind>;
  const refusal = originalResponse?.getUnderlyingObject();
  return refusal instanceof Problem ? refusal : (causingError ?? error);
}

interface Behind {
  readonly originalResponse: { getUnderlyingObject(): unknown } | null;
  readonly causingError: Error | null;
}
