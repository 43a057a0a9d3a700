"use client";

import { Group, NavLink } from "@mantine/core";
import { usePathname } from "next/navigation";

import { useMe } from "@/api/me";

import Link from "./link";
import { SETTINGS } from "./navigation";

/** Leads from one page of settings to another, where a person has more than one. */
export function SettingsNav() {
  const path = usePathname();
  const { permissions } = useMe().member;
  const pages = SETTINGS.filter(({ needs }) => needs === undefined || permissions.includes(needs));
  if (pages.length < 2) return null;
  return (
    <Group component="nav" aria-label="Settings" gap={4} className="no-print" mb="md">
      {pages.map(({ label, path: to, icon: Icon, also = [] }) => {
        const current = [to, ...also].some((known) => path.startsWith(known));
        return (
          <NavLink
            key={to}
            component={Link}
            href={to}
            label={label}
            leftSection={<Icon size={16} stroke={1.6} aria-hidden />}
            active={current}
            aria-current={current ? "page" : undefined}
            w="auto"
            style={{ borderRadius: "var(--mantine-radius-md)" }}
          />
        );
      })}
    </Group>
  );
}
