"use client";

import { AppShell, Burger, Group, NavLink, ScrollArea, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import Link from "@/components/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

import { useMe } from "@/api/me";

import { AccountMenu } from "./account-menu";
import { Brand } from "./brand";
import { DESTINATIONS, type Destination } from "./navigation";
import { HEADER, NAVBAR, PADDING } from "./shell-measures";

/**
 * The frame of every page: the menu, the search, the inbox, the person’s own menu. `search` opens the palette, `bell`
 * leads to the inbox.
 */
export function Shell({
  search,
  bell,
  children,
}: {
  search: ReactNode;
  bell: ReactNode;
  children: ReactNode;
}) {
  const [opened, menu] = useDisclosure();
  const path = usePathname();
  const { permissions } = useMe().member;
  const destinations = DESTINATIONS.filter(({ needs }) => permissions.includes(needs));
  return (
    <AppShell header={HEADER} navbar={{ ...NAVBAR, collapsed: { mobile: !opened } }} padding={PADDING}>
      <UnstyledButton component="a" href="#content" className="skip-link">
        Skip to content
      </UnstyledButton>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Brand href="/dashboard/" />
          </Group>
          <Group gap="xs" wrap="nowrap">
            {search}
            {bell}
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <ScrollArea>
          {destinations.map((destination) => (
            <NavLink
              key={destination.path}
              component={Link}
              href={destination.path}
              label={destination.label}
              leftSection={<destination.icon size={18} stroke={1.6} aria-hidden />}
              active={isCurrent(destination, path)}
              aria-current={isCurrent(destination, path) ? "page" : undefined}
              onClick={menu.close}
              style={{ borderRadius: "var(--mantine-radius-md)" }}
            />
          ))}
        </ScrollArea>
        <Text size="xs" c="dimmed" mt="auto" p="xs" visibleFrom="sm">
          Press ? for shortcuts
        </Text>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function isCurrent({ path, also = [] }: Destination, current: string): boolean {
  return [path, ...also].some((known) => current.startsWith(known));
}
