import type { components } from "./schema";

export type FieldError = components["schemas"]["FieldError"];

/** What the server refused, or that it could not be reached (`status` 0). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];
  readonly requestId: string | null;
  /** Seconds until it makes sense to try again, where the server said so. */
  readonly retryAfter: number | null;

  constructor(facts: {
    status: number;
    title: string;
    detail: string;
    errors?: readonly FieldError[];
    requestId?: string | null;
    retryAfter?: number | null;
  }) {
    super(facts.detail);
    this.name = "Problem";
    this.status = facts.status;
    this.title = facts.title;
    this.errors = facts.errors ?? [];
    this.requestId = facts.requestId ?? null;
    this.retryAfter = facts.retryAfter ?? null;
  }
}

export const UNREACHABLE = new Problem({
  status: 0,
  title: "The server cannot be reached",
  detail: "Check your connection. Nothing you entered is lost; try again in a moment.",
});

/** Read a refusal as the server words it; whatever stands in between (a proxy) may answer with anything. */
export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const known = {
    status: response.status,
    requestId: response.headers.get("X-Request-Id"),
    retryAfter: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  };
  try {
    const body = (await response.json()) as Partial<components["schemas"]["ProblemDetails"]>;
    if (typeof body.detail === "string") {
      return new Problem({
        ...known,
        title: body.title ?? response.statusText,
        detail: body.detail,
        errors: body.errors ?? [],
      });
    }
  } catch {
    // Not JSON: the status is all there is.
  }
  return new Problem({ ...known, title: response.statusText || "Refused", detail: wordsOf(response.status) });
}

function wordsOf(status: number): string {
  if (status === 413) return "This is larger than the server accepts.";
  if (status === 429) return "Too many requests. Wait a moment and try again.";
  if (status >= 500) return "The server failed. Nothing you entered is lost; try again in a moment.";
  return `The server answered with ${status}.`;
}
