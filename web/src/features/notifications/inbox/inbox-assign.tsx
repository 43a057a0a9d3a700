"use client";

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { MemberSelect } from "@/components/fields/members-select";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";

import { assign, inboxQuery, type Notification } from "./api/inbox";

/** Makes what one was told another member's task: it comes into their inbox. */
export function InboxAssign({ item, onClose }: { item: Notification; onClose: () => void }) {
  const queries = useQueryClient();
  const [to, setTo] = useState(item.assignedTo);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (userId: string) => assign(item.id, userId),
    onSuccess: () => {
      notifications.show({ message: "Assigned. It is in their inbox now." });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: inboxQuery.queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to !== null) mutate(to);
  };
  return (
    <Modal opened onClose={onClose} title="Assign" closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {item.title}
          </Text>
          <MemberSelect
            label="Assigned to"
            value={to}
            onChange={setTo}
            error={refusalsByField(error).userId}
            data-autofocus
          />
          <SaveProblem problem={error} fields={["userId"]} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={to === null}>
              Assign
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
