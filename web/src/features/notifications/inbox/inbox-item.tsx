"use client";

import { Anchor, Badge, Button, Group, Menu, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { notSaved } from "@/components/not-done";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { inboxQuery, type Mark, mark, type Notification, snooze } from "./api/inbox";
import { InboxAssign } from "./inbox-assign";
import { pathOf, SNOOZES } from "./inbox-words";

/** What the person was told once, with what can be done about it. */
export function InboxItem({ item }: { item: Notification }) {
  const formats = useFormats();
  const queries = useQueryClient();
  const read = {
    onSettled: () => queries.invalidateQueries({ queryKey: inboxQuery.queryKey }),
    onError: notSaved,
  };
  const marking = useMutation({ mutationFn: (how: Mark) => mark(item.id, how), ...read });
  const snoozing = useMutation({ mutationFn: (until: Date) => snooze(item.id, until), ...read });
  const [assigning, setAssigning] = useState(false);
  const unread = item.state === "unread" || item.state === "snoozed";
  const acknowledged = item.state === "acknowledged";
  const path = pathOf(item.thing);
  return (
    <Surface>
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <Stack gap={2} miw={0} style={{ flex: "1 1 18rem", overflowWrap: "anywhere" }}>
          <Group gap="xs">
            {unread && (
              <Badge size="sm" tt="none">
                Unread
              </Badge>
            )}
            {item.urgent && (
              <Badge size="sm" tt="none" color="red.8">
                Urgent
              </Badge>
            )}
            {acknowledged && (
              <Badge size="sm" tt="none" variant="default">
                Acknowledged
              </Badge>
            )}
            <Text fw={unread ? 650 : 450}>
              {path === null ? (
                item.title
              ) : (
                <Anchor component={Link} href={path} inherit onClick={() => unread && marking.mutate("read")}>
                  {item.title}
                </Anchor>
              )}
            </Text>
          </Group>
          {item.body !== "" && <Text size="sm">{item.body}</Text>}
          <Text size="sm" c="dimmed">
            {moment(item.at, formats)}
            {item.rule !== null && (
              <>
                {" · Rule: "}
                <Anchor component={Link} href={`/settings/rule/?id=${item.rule.id}`} inherit>
                  {item.rule.name}
                </Anchor>
              </>
            )}
            {item.assignedTo !== null && (
              <>
                {" · Assigned to "}
                <Actor id={item.assignedTo} />
              </>
            )}
          </Text>
        </Stack>
        <Group gap="xs">
          {!acknowledged && (
            <Button
              size="xs"
              variant="default"
              loading={marking.isPending}
              onClick={() => marking.mutate("acknowledge")}
            >
              Acknowledge
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => setAssigning(true)}>
            Assign
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={marking.isPending}
            onClick={() => marking.mutate(unread ? "read" : "unread")}
          >
            {unread ? "Mark read" : "Mark unread"}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="xs" variant="default" loading={snoozing.isPending}>
                Snooze
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {SNOOZES.map(({ label, hours }) => (
                <Menu.Item
                  key={label}
                  onClick={() => snoozing.mutate(new Date(Date.now() + hours * 3_600_000))}
                >
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      {assigning && <InboxAssign item={item} onClose={() => setAssigning(false)} />}
    </Surface>
  );
}
