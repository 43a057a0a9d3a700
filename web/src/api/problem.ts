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
  /** The address that was asked, where there was an answer. */
  readonly address: string | null;
  /** What goes with the next step of a sign-in, where the password was right and is not enough. */
  readonly challenge: string | null;

  constructor(facts: {
    status: number;
    title: string;
    detail: string;
    errors?: readonly FieldError[];
    requestId?: string | null;
    retryAfter?: number | null;
    address?: string | null;
    challenge?: string | null;
  }) {
    super(facts.detail);
    this.name = "Problem";
    this.status = facts.status;
    this.title = facts.title;
    this.errors = facts.errors ?? [];
    this.requestId = facts.requestId ?? null;
    this.retryAfter = facts.retryAfter ?? null;
    this.address = facts.address ?? null;
    this.challenge = facts.challenge ?? null;
  }
}

const AWAY = new Set([502, 503, 504]);

/** Whether what would have answered cannot do so just now: a part of the product is away, others may be there. */
export const isAway = (error: unknown): boolean => error instanceof Problem && AWAY.has(error.status);

/** What a refusal says of a field; undefined where it says nothing of it. */
export function refusalOf(error: unknown, field: string): string | undefined {
  return error instanceof Problem ? error.errors.find((fault) => fault.field === field)?.message : undefined;
}

export const UNREACHABLE = new Problem({
  status: 0,
  title: "The server cannot be reached",
  detail: "Check your connection and try again. Nothing you entered is lost.",
});

/** Read a refusal as the server words it; whatever stands in between (a proxy) may answer with anything. */
export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const known = {
    status: response.status,
    requestId: response.headers.get("X-Request-Id"),
    retryAfter: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    address: response.url === "" ? null : response.url,
  };
  try {
    const body = (await response.json()) as Partial<components["schemas"]["ProblemDetails"]>;
    if (typeof body.detail === "string") {
      return new Problem({
        ...known,
        title: titleOf(response.status),
        detail: body.detail,
        errors: body.errors ?? [],
        challenge: body.challenge ?? null,
      });
    }
  } catch {
    // Not JSON: the status is all there is.
  }
  return new Problem({ ...known, title: titleOf(response.status), detail: wordsOf(response.status) });
}

/** What a refusal is headed by: never the phrase of its protocol. */
function titleOf(status: number): string {
  return TITLES[status] ?? (status >= 500 ? "Something went wrong on our side" : "That didn’t work");
}

const TITLES: Readonly<Record<number, string>> = {
  401: "Please sign in again",
  403: "Your role doesn’t allow this",
  404: "This doesn’t exist or was deleted",
  409: "That’s not possible right now",
  412: "Changed in the meantime",
  413: "Too large",
  422: "Please check what you entered",
  429: "Too many attempts",
  502: "Not available just now",
  503: "Not available just now",
  504: "Not available just now",
};

function wordsOf(status: number): string {
  if (status === 413) return "This is larger than the server accepts.";
  if (status === 429) return "Too many requests. Wait a moment and try again.";
  if (status >= 500) return "Try again in a moment. Nothing you entered is lost.";
  return `The server answered with ${status}.`;
}
