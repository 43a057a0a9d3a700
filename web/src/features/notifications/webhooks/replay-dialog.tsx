"use client";

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useState } from "react";

import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { count, type Formats } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type Endpoint, replay } from "./api/webhooks";

const SHAPE = "YYYY-MM-DD HH:mm:ss";

/** Sends an endpoint again what happened in a stretch of time: the last day, where nothing else is chosen. */
export function ReplayDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const queries = useQueryClient();
  const formats = useFormats();
  const [since, setSince] = useState<string | null>(() => dayjs().subtract(1, "day").format(SHAPE));
  const [until, setUntil] = useState<string | null>(() => dayjs().format(SHAPE));
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      replay(endpoint.id, {
        since: dayjs(since ?? "").toISOString(),
        until: dayjs(until ?? "").toISOString(),
      }),
    onSuccess: (messages) => {
      notifications.show({ message: sentWords(messages, formats) });
      onClose();
      return queries.invalidateQueries({ queryKey: ["webhooks"] });
    },
  });
  const refusals = refusalsByField(error);
  const field = { withSeconds: false, clearable: false, valueFormat: "MMM D, YYYY h:mm A" } as const;
  return (
    <Modal
      opened
      onClose={onClose}
      title="Replay events"
      closeButtonProps={{ "aria-label": "Close" }}
      centered
    >
      <Stack>
        <Text size="sm" c="dimmed">
          Sends again every event of this time that the endpoint has chosen, also those it has received: by
          their ids it can tell which.
        </Text>
        <DateTimePicker label="From" value={since} onChange={setSince} error={refusals.since} {...field} />
        <DateTimePicker label="Until" value={until} onChange={setUntil} error={refusals.until} {...field} />
        <SaveProblem problem={error} fields={["since", "until"]} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={isPending} disabled={since === null || until === null} onClick={() => mutate()}>
            Replay
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function sentWords(messages: number, formats: Formats): string {
  if (messages === 0) return "Nothing to send: no event of this time is one that the endpoint has chosen.";
  if (messages === 1) return "1 event is sent again.";
  return `${count(messages, formats)} events are sent again.`;
}
