"use client";

import { ActionIcon, Indicator, VisuallyHidden } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import Link from "@/components/link";

import { badgeQuery } from "./api/inbox";

const MOST = 99;

/** Leads to the inbox, and says how many notifications are unread, or that nobody can say so just now. */
export function Bell() {
  const { data } = useQuery(badgeQuery);
  const unread = data?.unread ?? 0;
  const away = data?.away ?? false;
  const words = away
    ? "Inbox: cannot be reached just now"
    : unread === 0
      ? "Inbox"
      : unread === 1
        ? "Inbox: 1 unread"
        : `Inbox: ${unread} unread`;
  return (
    <Indicator
      label={away ? "!" : unread > MOST ? `${MOST}+` : unread}
      disabled={unread === 0 && !away}
      size={16}
      offset={4}
      color={away ? "orange.9" : "red.8"}
      // The digits stand in the middle.
      styles={{ indicator: { fontSize: 10, fontWeight: 600, lineHeight: "16px" } }}
    >
      <ActionIcon
        component={Link}
        href="/inbox/"
        variant="default"
        size={34}
        title={away ? words : undefined}
      >
        <IconBell size={18} stroke={1.6} aria-hidden />
        <VisuallyHidden>{words}</VisuallyHidden>
      </ActionIcon>
    </Indicator>
  );
}
