import { answered, api, ifMatch } from "@/api/client";
import { Problem } from "@/api/problem";

import type { LoanLine } from "../../loan-lines/api/loan-lines";

/** A loan that was deleted, and where in its history it can be brought back from. */
export interface Deleted {
  readonly loanId: string;
  readonly sequence: number;
}

/** A loan that stayed, and why. */
export interface Refused {
  readonly loan: LoanLine;
  readonly reason: string;
}

export interface Outcome {
  readonly deleted: readonly Deleted[];
  readonly refused: readonly Refused[];
}

const AT_ONCE = 4;

/** Delete a loan as its history has it last; somebody's change in between is refused by the server. */
async function deleteLoan(loanId: string): Promise<Deleted> {
  const path = { loan_id: loanId };
  const { items } = await answered(
    api.GET("/api/v1/loans/{loan_id}/history", { params: { path, query: { limit: 1 } } }),
  );
  const [last] = items;
  if (last === undefined || last.action === "deleted") throw GONE;
  await answered(
    api.DELETE("/api/v1/loans/{loan_id}", {
      params: { path, header: ifMatch(last.version) },
      headers: ifMatch(last.version),
    }),
  );
  return { loanId, sequence: last.sequence };
}

const GONE = new Problem({ status: 404, title: "Not found", detail: "It has been deleted already." });

async function restoreLoan({ loanId, sequence }: Deleted): Promise<void> {
  await answered(
    api.POST("/api/v1/loans/{loan_id}/restore", {
      params: { path: { loan_id: loanId } },
      // The same loan from the same place in its history is the same intention, however often it is sent.
      headers: { "Idempotency-Key": `restore-${loanId}-${sequence}` },
      body: { sequence },
    }),
  );
}

/** Delete loans, a few at a time; what is refused does not hold up the others. */
export async function deleteLoans(
  loans: readonly LoanLine[],
  onProgress: (done: number) => void,
): Promise<Outcome> {
  const deleted: Deleted[] = [];
  const refused: Refused[] = [];
  await aFewAtATime(
    loans,
    async (loan) => {
      try {
        deleted.push(await deleteLoan(loan.loanId));
      } catch (error) {
        refused.push({ loan, reason: error instanceof Error ? error.message : String(error) });
      }
    },
    onProgress,
  );
  return { deleted, refused };
}

/** Bring loans back; tells how many could not be. */
export async function restoreLoans(loans: readonly Deleted[]): Promise<number> {
  let failed = 0;
  await aFewAtATime(loans, async (loan) => {
    try {
      await restoreLoan(loan);
    } catch {
      failed += 1;
    }
  });
  return failed;
}

async function aFewAtATime<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  const waiting = [...all];
  let done = 0;
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      await work(one);
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
