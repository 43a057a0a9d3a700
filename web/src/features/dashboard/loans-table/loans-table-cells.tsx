import { moneyCell } from "@/components/table/cells";
import { date, type Formats, UNKNOWN } from "@/format/format";

import type { LoanLine } from "../loan-lines/api/loan-lines";

type Of = (line: LoanLine) => string | null;

/** Text that may be longer than its column: the whole is in its title. */
export const text = (of: Of) => ({
  cell: (line: LoanLine) => <bdi>{of(line) ?? UNKNOWN}</bdi>,
  title: (line: LoanLine) => of(line),
});

export const money = (of: Of) => ({
  cell: (line: LoanLine, formats: Formats) => moneyCell(of(line), formats),
  align: "end" as const,
  width: 152,
  firstOrder: "descending" as const,
});

export const day = (of: Of) => ({
  cell: (line: LoanLine, formats: Formats) => date(of(line), formats),
  align: "end" as const,
  width: 104,
});

export const words = (all: readonly string[]) => (all.length === 0 ? null : all.join(", "));
