"use client";

import { Amount } from "@/components/amount";
import { exactRate, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Fact } from "../records/facts";
import type { Loan } from "../records/loan-draft";

/** What is promised of a loan that is lent in parts, and the fee on what is not drawn. */
export function Funded({ terms }: { terms: Loan["terms"] }) {
  const formats = useFormats();
  return (
    <>
      {terms.commitment !== null && (
        <Fact label="Commitment" field="terms.commitment">
          <Amount value={terms.commitment} />
        </Fact>
      )}
      {terms.unusedFeeRate !== null && (
        <Fact label="Fee on what is not drawn" field="terms.unusedFeeRate">
          {exactRate(terms.unusedFeeRate, formats)}
          {terms.unusedFeeDayCount !== null && `, ${word(terms.unusedFeeDayCount)}`}
        </Fact>
      )}
    </>
  );
}
