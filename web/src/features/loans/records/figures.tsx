import { Text } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./figures.module.css";

/** The most important figures, side by side. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={classes.figures}>{children}</dl>;
}

export function Figure({ label, note, children }: { label: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {children}
        {note != null && (
          <Text component="div" size="xs" c="dimmed" fw={400}>
            {note}
          </Text>
        )}
      </dd>
    </div>
  );
}
