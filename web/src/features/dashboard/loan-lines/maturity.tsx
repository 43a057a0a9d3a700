"use client";

import { Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { useBusinessDate } from "@/api/me";
import { date, type Formats } from "@/format/format";

import { expectedMaturity, isMatured, maturityNote } from "./expected-maturity";

/** When a loan is expected to be repaid, in red where that is past, and below it what its final maturity is. */
export function Maturity({ line, formats }: { line: Schemas["LoanLine"]; formats: Formats }) {
  const today = useBusinessDate();
  const note = maturityNote(line, today, formats);
  const day = date(expectedMaturity(line, today), formats);
  return (
    <>
      {isMatured(line, today) ? (
        <strong title="Matured" style={{ color: "var(--negative)" }}>
          {day}
        </strong>
      ) : (
        day
      )}
      {note !== null && (
        <Text span display="block" size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </>
  );
}
