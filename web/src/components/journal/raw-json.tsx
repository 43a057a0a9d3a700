"use client";

import { useState } from "react";

import classes from "./journal.module.css";

/** What the server answered with, as it is; written out only once somebody wants to see it. */
export function RawJson({ label, value }: { label: string; value: unknown }) {
  const [opened, setOpened] = useState(false);
  return (
    <details className={classes.raw} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{label}</summary>
      {opened && (
        <pre tabIndex={0} className="amount">
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </details>
  );
}
