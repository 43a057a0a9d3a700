import { Badge } from "@mantine/core";

import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { CriticalDate, DateState } from "./api/dates";
import { STATES } from "./date-words";

const LOOKS: Readonly<Record<DateState, { color: string; variant: string }>> = {
  open: { color: "gray", variant: "default" },
  snoozed: { color: "gray", variant: "light" },
  missed: { color: "red.8", variant: "filled" },
  done: { color: "teal", variant: "light" },
  waived: { color: "gray", variant: "light" },
};

/** What came of a date; of one at rest, until when. */
export function StateBadge({ of: { state, snoozedUntil } }: { of: CriticalDate }) {
  const formats = useFormats();
  return (
    <Badge size="sm" tt="none" miw="max-content" {...LOOKS[state]}>
      {state === "snoozed" ? `Until ${date(snoozedUntil, formats)}` : STATES[state]}
    </Badge>
  );
}
