"use client";

import { Group, Text, Tooltip, VisuallyHidden } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import { RECONCILED } from "./reconciliation-words";
import classes from "./tape-counts.module.css";

/** How many loans matched, differ and so on: a bar for the eye, words and numbers for everyone. */
export function TapeCounts({
  counts,
  compact = false,
}: {
  counts: Schemas["ReconciliationCounts"];
  compact?: boolean;
}) {
  const formats = useFormats();
  const known = RECONCILED.filter(({ key }) => counts[key] > 0);
  const bar = (
    <div className={classes.bar} aria-hidden>
      {known.map(({ key }) => (
        <span key={key} data-outcome={key} style={{ flexGrow: counts[key] }} />
      ))}
    </div>
  );
  if (compact) {
    return (
      <>
        {bar}
        <VisuallyHidden>
          {known.map(({ key, label }) => `${counts[key]} ${label.toLowerCase()}`).join(", ")}
        </VisuallyHidden>
      </>
    );
  }
  return (
    <div>
      {bar}
      <Group component="ul" gap="lg" className={classes.legend}>
        {RECONCILED.map(({ key, label, meaning }) => (
          <Tooltip key={key} label={meaning} events={{ hover: true, focus: true, touch: true }}>
            <li>
              <span className={classes.dot} data-outcome={key} aria-hidden />
              <Text span size="sm" fw={650}>
                {count(counts[key], formats)}
              </Text>{" "}
              <Text span size="sm" c="dimmed">
                {label}
                <VisuallyHidden>{`: ${meaning}`}</VisuallyHidden>
              </Text>
            </li>
          </Tooltip>
        ))}
      </Group>
    </div>
  );
}
