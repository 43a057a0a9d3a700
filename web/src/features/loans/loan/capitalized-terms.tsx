"use client";

import { Amount } from "@/components/amount";
import { exactRate, ratio } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Fact } from "../records/facts";
import type { Loan } from "../records/loan-draft";

/** What of a loan's interest is paid, where the rest of it is added to what is owed. */
export function Capitalized({ terms }: { terms: Loan["terms"] }) {
  const formats = useFormats();
  return (
    <>
      {terms.payRate !== null && (
        <Fact label="Interest is paid at" field="terms.payRate">
          {exactRate(terms.payRate, formats)}
        </Fact>
      )}
      {terms.capitalizingPayment !== null && (
        <Fact label="Payment, the rest is capitalized" field="terms.capitalizingPayment">
          <Amount value={terms.capitalizingPayment} />
        </Fact>
      )}
      {terms.capitalizationLimit !== null && (
        <Fact label="Most capitalized, of the original balance" field="terms.capitalizationLimit">
          {ratio(terms.capitalizationLimit, formats)}
        </Fact>
      )}
    </>
  );
}
