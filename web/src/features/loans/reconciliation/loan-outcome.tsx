import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconClock,
  IconEqualNot,
  type TablerIcon,
} from "@tabler/icons-react";

import type { Schemas } from "@/api/client";

type Outcome = Schemas["Outcome"];

const OUTCOMES: Readonly<Record<Outcome, readonly [words: string, icon: TablerIcon, color: string]>> = {
  matched: ["Matched", IconCircleCheck, "var(--positive)"],
  differs: ["Differs", IconEqualNot, "var(--negative)"],
  not_due: ["Not due yet", IconClock, "var(--mantine-color-dimmed)"],
  not_computed: ["Not computed", IconCircleDashed, "var(--mantine-color-dimmed)"],
  closed: ["Closed", IconCircleMinus, "var(--mantine-color-dimmed)"],
};

/** How a reported period compares with the computed one, in a word. */
export function LoanOutcome({ outcome }: { outcome: Outcome }) {
  const [words, Icon, color] = OUTCOMES[outcome];
  return (
    <span style={{ color, whiteSpace: "nowrap" }}>
      <Icon size={14} aria-hidden style={{ verticalAlign: "-2px", marginInlineEnd: 4 }} />
      {words}
    </span>
  );
}
