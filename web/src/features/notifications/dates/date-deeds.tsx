"use client";

import { ActionIcon, Button, Group, Menu, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useMay, useMe } from "@/api/me";
import { notSaved } from "@/components/not-done";
import { showUndo } from "@/components/undo";
import { UNKNOWN } from "@/format/format";

import { changeDate, type CriticalDate, type DateChange } from "./api/dates";
import { DateDialog, type Asked } from "./date-dialog";
import { isAwaited, KINDS, ofWords } from "./date-words";

/** What can be done with a date: settle it, give it to somebody, let it rest. */
export function DateDeeds({ row }: { row: CriticalDate }) {
  const client = useQueryClient();
  const me = useMe().member.id;
  const mayWrite = useMay("portfolio.write");
  const [asked, setAsked] = useState<Asked | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ["dates"] });
  const { mutate, isPending } = useMutation({
    mutationFn: (change: DateChange) => changeDate(row, change),
    onSuccess: (changed, { to }) => {
      // A list of what is open does not show it any more.
      if (to !== "done") return;
      showUndo(`${KINDS[row.kind]} of ${ofWords(row)} is done`, async () => {
        await changeDate(changed, { to: "reopened" });
        await again();
      });
    },
    onSettled: again,
    onError: notSaved,
  });
  if (!mayWrite) return <Text size="sm">{UNKNOWN}</Text>;
  const awaited = isAwaited(row);
  const own = row.assignee === me;
  const button = { size: "compact-xs", variant: "default", loading: isPending } as const;
  return (
    <Group gap={6} wrap="nowrap">
      <Button
        {...button}
        onClick={() => mutate(awaited ? { to: "done", evidence: null } : { to: "reopened" })}
      >
        {awaited ? "Done" : "Reopen"}
      </Button>
      <Button {...button} onClick={() => mutate({ to: "assigned", assignee: own ? null : me })}>
        {own ? "Not mine" : "Take"}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            size={24}
            variant="default"
            aria-label={`More for ${KINDS[row.kind].toLowerCase()} of ${ofWords(row)}`}
          >
            <IconDots size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsked("assigned")}>Assign…</Menu.Item>
          {awaited && <Menu.Item onClick={() => setAsked("done")}>Done, with evidence…</Menu.Item>}
          {awaited && <Menu.Item onClick={() => setAsked("waived")}>Waive…</Menu.Item>}
          {row.state !== "snoozed" && awaited && (
            <Menu.Item onClick={() => setAsked("snoozed")}>Snooze…</Menu.Item>
          )}
          {row.state === "snoozed" && (
            <Menu.Item onClick={() => mutate({ to: "reopened" })}>End the snooze</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {asked !== null && <DateDialog row={row} asked={asked} onClose={() => setAsked(null)} />}
    </Group>
  );
}
