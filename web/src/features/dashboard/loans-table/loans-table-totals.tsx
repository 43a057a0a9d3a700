import { Text } from "@mantine/core";
import Link from "@/components/link";
import type { ReactNode } from "react";

import { moneyCell } from "@/components/table/cells";
import type { Totals } from "@/components/table/column";
import { count, type Formats, money, percent, rate, ratio } from "@/format/format";

import type { Figure, LoanTotals } from "../answers/figures";
import type { FigureName, Listed } from "../loan-lines/api/loan-lines";
import { loansAddress } from "../loan-lines/loans-table-address";

const MONTHS_A_YEAR = 12;

/** How a figure came about, and which loans are not in it: for its title. */
function origin({ formula, loans, leftOut }: Figure, formats: Formats): string {
  const of = `${formula}, of ${plural(loans, formats)}`;
  if (leftOut.count === 0) return of;
  const reasons = leftOut.reasons.map(({ reason, count: times }) => `${count(times, formats)}: ${reason}`);
  return [
    of,
    `Not included: ${plural(leftOut.count, formats)}, ${money(leftOut.balance, formats)}`,
    ...reasons,
  ].join("\n");
}

export function plural(loans: number, formats: Formats): string {
  return `${count(loans, formats)} ${loans === 1 ? "loan" : "loans"}`;
}

/** What the listed loans come to, in the columns where it belongs; `listed` leads to the loans that a figure leaves out. */
export function totalsOf(
  totals: LoanTotals,
  formats: Formats,
  { id, label, listed }: { id: string; label: ReactNode; listed: Listed | null },
): Totals {
  const cell = (name: FigureName, figure: Figure, shown: ReactNode): ReactNode => (
    <div title={origin(figure, formats)}>
      {shown}
      {figure.leftOut.count > 0 && (
        <Text size="0.6875rem" lh={1.1} c="dimmed" component="div">
          {listed === null || listed.figure !== undefined ? (
            `excludes ${count(figure.leftOut.count, formats)}`
          ) : (
            <Link
              href={loansAddress({ ...listed, figure: name, leftOut: true })}
              prefetch={false}
              style={{ color: "inherit" }}
            >
              excludes {count(figure.leftOut.count, formats)}
            </Link>
          )}
        </Text>
      )}
    </div>
  );
  const { outstanding, original, weightedRate, weightedRemainingMonths, dscr, ltv, debtYield, occupancy } =
    totals;
  return {
    id,
    label,
    cells: {
      // Lines are whole loans, and so is their sum; what is allocated has a column of its own.
      balance:
        totals.matchedBalance === totals.wholeBalance ? (
          cell("outstanding", outstanding, moneyCell(outstanding.value, formats))
        ) : (
          <div title="Σ current balance of whole loans">{moneyCell(totals.wholeBalance, formats)}</div>
        ),
      originalBalance: cell("original", original, moneyCell(original.value, formats)),
      matchedBalance: moneyCell(totals.matchedBalance, formats),
      rate: cell("weightedRate", weightedRate, rate(weightedRate.value, formats)),
      maturityDate: cell(
        "weightedRemainingMonths",
        weightedRemainingMonths,
        weightedRemainingMonths.value === null
          ? "–"
          : `${count(Number(weightedRemainingMonths.value) / MONTHS_A_YEAR, formats, 2, 2)} years avg.`,
      ),
      dscr: cell("dscr", dscr, ratio(dscr.value, formats)),
      ltv: cell("ltv", ltv, percent(ltv.value, formats)),
      debtYield: cell("debtYield", debtYield, percent(debtYield.value, formats)),
      occupancy: cell("occupancy", occupancy, percent(occupancy.value, formats)),
    },
  };
}
