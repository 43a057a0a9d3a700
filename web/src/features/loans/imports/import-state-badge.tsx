import { Badge } from "@mantine/core";

import type { Import } from "./api/imports";
import classes from "./import-state-badge.module.css";
import { stateOf, type Tone } from "./import-words";

/** A word with a dot: the word says it, the dot only repeats it. */
export function ImportBadge({ label, tone, size = "md" }: { label: string; tone: Tone; size?: "md" | "lg" }) {
  return (
    <Badge
      variant="default"
      tt="none"
      fw={550}
      size={size}
      style={{ flexShrink: 0 }}
      leftSection={<span className={classes.dot} data-tone={tone} aria-hidden />}
    >
      {label}
    </Badge>
  );
}

/** Where an import stands. */
export function ImportStateBadge({ work, size }: { work: Import; size?: "md" | "lg" }) {
  return <ImportBadge {...stateOf(work)} size={size} />;
}
