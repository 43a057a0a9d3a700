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

/** Where the loan stands, in words; the dot only repeats them. */
export function LoanStatus({ status }: { status: Status }) {
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
