import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** Nothing is here: says so, why, and what to do. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={480}>
        {children}
      </Text>
      {actions != null && <Group mt="sm">{actions}</Group>}
    </Stack>
  );
}
