import { Anchor, Box, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import { Brand } from "@/components/brand";

import classes from "./front-door.module.css";

/** The frame of the pages before one is signed in. */
export function FrontDoor({
  title,
  lead,
  foot,
  wide = false,
  children,
}: {
  title: string;
  lead?: ReactNode;
  foot?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <Box component="main" className={classes.page}>
      <Stack w="100%" maw={wide ? 560 : 420} gap="lg">
        <Group justify="center">
          <Brand href="/" />
        </Group>
        <Paper p={{ base: "lg", sm: "xl" }} bg="var(--surface)" bd="1px solid var(--surface-border)">
          <Stack gap={6} mb="lg">
            <Title order={1} style={{ overflowWrap: "anywhere" }}>
              {title}
            </Title>
            {lead != null && (
              <Text component="div" c="dimmed" size="sm" style={{ overflowWrap: "anywhere" }}>
                {lead}
              </Text>
            )}
          </Stack>
          {children}
        </Paper>
        {foot != null && (
          <Text component="div" size="sm" ta="center">
            {foot}
          </Text>
        )}
        <Group justify="center" gap="lg">
          <Anchor href="/" size="xs" c="dimmed">
            About Real Insights
          </Anchor>
          <Anchor href="/docs" size="xs" c="dimmed">
            API documentation
          </Anchor>
        </Group>
      </Stack>
    </Box>
  );
}
