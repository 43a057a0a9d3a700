import { Button, Text } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./table.module.css";

/** How many rows are selected and what can be done with them. */
export function SelectionBar({
  count,
  onClear,
  children,
}: {
  count: number;
  onClear: () => void;
  children: ReactNode;
}) {
  return (
    <div className={classes.selection} role="toolbar" aria-label="With what is selected">
      <Text size="sm" fw={600} span style={{ whiteSpace: "nowrap" }}>
        {count.toLocaleString()} selected
      </Text>
      {children}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
