"use client";

import { Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { date, type Formats } from "@/format/format";

import { maturityNote, shortMaturityNote } from "./expected-maturity";

/**
 * When a loan is expected to be repaid, in red where that is past, and below it what its final maturity is. `small`
 * fits a row of the table of loans.
 */
export function Maturity({
  line,
  formats,
  small = false,
}: {
  line: Schemas["LoanLine"];
  formats: Formats;
  small?: boolean;
}) {
  const note = small ? shortMaturityNote(line, formats) : maturityNote(line, formats);
  const day = date(line.expectedMaturityDate, formats);
  return (
    <>
      {line.pastMaturity ? (
        <strong title="Matured" style={{ color: "var(--negative)" }}>
          {day}
        </strong>
      ) : (
        day
      )}
      {note !== null && (
        <Text span display="block" size={small ? "0.6875rem" : "xs"} lh={small ? 1.1 : undefined} c="dimmed">
          {note}
        </Text>
      )}
    </>
  );
}
