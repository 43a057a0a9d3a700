import { Badge } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { word } from "@/format/format";

import classes from "./loan-status.module.css";

type Status = Schemas["LoanStatus"];

const TONES: Readonly<Record<Status, string>> = {
  current: "good",
  "30_days": "watch",
  "60_days": "watch",
  "90_days": "bad",
  default: "bad",
  paid_off: "over",
  refinanced: "over",
  defeased: "over",
  liquidated: "over",
};

/** Where a loan stands where there is little room: a cell of a table. */
export function StatusDot({ status, pastMaturity }: { status: Status; pastMaturity: boolean }) {
  return (
    <span>
      <span
        className={classes.dot}
        data-tone={pastMaturity ? "bad" : TONES[status]}
        style={{ marginInlineEnd: 6 }}
        aria-hidden
      />
      {pastMaturity ? "Matured" : word(status)}
    </span>
  );
}

/** What has been repaid, or was otherwise ended: its maturity no longer matters. */
const isOver = (status: Status): boolean => TONES[status] === "over" && status !== "defeased";

/** Whether a loan is still owed though its maturity has passed. */
export const isPastMaturity = (
  { status, maturityDate }: { readonly status: Status; readonly maturityDate: string },
  today: string,
): boolean => maturityDate < today && !isOver(status);

/** Where the loan stands, in words; the dot only repeats them. Past its maturity that is said before all else. */
export function LoanStatus({ status, pastMaturity }: { status: Status; pastMaturity: boolean }) {
  if (pastMaturity) {
    return (
      <Badge color="red" variant="light" tt="none" fw={600} size="md" title={`Status: ${word(status)}`}>
        Matured
      </Badge>
    );
  }
  return (
    <Badge
      variant="default"
      tt="none"
      fw={550}
      size="md"
      leftSection={<span className={classes.dot} data-tone={TONES[status]} aria-hidden />}
    >
      {word(status)}
    </Badge>
  );
}
