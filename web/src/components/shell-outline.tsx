import { AppShell, Group, Skeleton, Stack } from "@mantine/core";
import type { ReactNode } from "react";

import { Brand } from "./brand";
import { HEADER, NAVBAR, PADDING } from "./shell-measures";

const DESTINATIONS = 9;

/** The frame of a page before it is known who is here; part of every exported page, so it is there at once. */
export function ShellOutline({ children }: { children?: ReactNode }) {
  return (
    <AppShell header={HEADER} navbar={{ ...NAVBAR, collapsed: { mobile: true } }} padding={PADDING}>
      <AppShell.Header px="md">
        <Group h="100%">
          <Brand href="/dashboard/" />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-hidden>
        <Stack gap={22} pt={8}>
          {Array.from({ length: DESTINATIONS }, (_, index) => (
            <Skeleton key={index} h={18} w="70%" />
          ))}
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main aria-busy="true">
        <Stack gap="lg" maw="var(--page-width)" mx="auto" w="100%">
          <Skeleton h={36} w={180} />
          {children ?? <Skeleton h={420} />}
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}
