export interface Comparison {
  /** `close` is off by less than a ten-thousandth of the balance: that much tapes round away. */
  readonly outcome: "agrees" | "close" | "differs";
  /** How far the two are apart, never negative, as decimal text. */
  readonly difference: string;
  /** On which side of the schedule the recorded balance is. */
  readonly side: "higher" | "lower";
}

/** How a recorded balance stands to what the schedule has for its day; both in cents, as the API writes them. */
export function compared(recorded: string, scheduled: string): Comparison {
  const [stated, due] = [inCents(recorded), inCents(scheduled)];
  const off = stated > due ? stated - due : due - stated;
  const text = String(off).padStart(3, "0");
  return {
    outcome: off === 0n ? "agrees" : off * 10_000n >= stated ? "differs" : "close",
    difference: `${text.slice(0, -2)}.${text.slice(-2)}`,
    side: stated > due ? "higher" : "lower",
  };
}

const inCents = (amount: string): bigint => BigInt(amount.replace(".", ""));
