import { Group, Paper, type PaperProps, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** A part of a page that stands on its own, with a heading. */
export function Surface({
  title,
  actions,
  children,
  ...paper
}: { title?: string; actions?: ReactNode; children: ReactNode } & PaperProps) {
  const heading = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={title === undefined ? undefined : heading}
      p="md"
      bg="var(--surface)"
      bd="1px solid var(--surface-border)"
      {...paper}
    >
      {title !== undefined && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} id={heading}>
            {title}
          </Title>
          {actions}
        </Group>
      )}
      {children}
    </Paper>
  );
}
