"use client";

import { Button, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";

import {
  deleteEndpoint,
  disableEndpoint,
  enableEndpoint,
  type Endpoint,
  rotateSecret,
  testEndpoint,
} from "./api/webhooks";
import { ReplayDialog } from "./replay-dialog";
import { SecretOnce } from "./secret-once";
import { nameOf } from "./webhook-words";

type Deed = "test" | "rotate" | "enable" | "disable" | "delete";

/** What can be done with an endpoint. */
export function EndpointDeeds({ endpoint, onEdit }: { endpoint: Endpoint; onEdit: () => void }) {
  const { id, enabled } = endpoint;
  const queries = useQueryClient();
  const router = useRouter();
  const [secret, setSecret] = useState<string | null>(null);
  const [replaying, setReplaying] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: async (deed: Deed) => {
      switch (deed) {
        case "test":
          await testEndpoint(id);
          return notifications.show({ message: "A test event is on its way." });
        case "rotate":
          return setSecret((await rotateSecret(id)).secret);
        case "enable":
          return void (await enableEndpoint(id));
        case "disable":
          return void (await disableEndpoint(id));
        case "delete":
          await deleteEndpoint(endpoint);
          notifications.show({ message: `${nameOf(endpoint)} was deleted.` });
          return router.push("/settings/webhooks/");
      }
    },
    onError: (error) =>
      notifications.show({
        color: "red",
        title: "That didn’t work",
        message: error.message,
        autoClose: false,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  });
  const confirm = (deed: Deed, title: string, words: string, label: string) =>
    modals.openConfirmModal({
      title,
      children: <Text size="sm">{words}</Text>,
      labels: { confirm: label, cancel: "Cancel" },
      confirmProps: deed === "rotate" ? {} : { color: "red.9" },
      onConfirm: () => mutate(deed),
    });
  return (
    <>
      {enabled ? (
        <Button variant="default" loading={isPending} onClick={() => mutate("test")}>
          Send test event
        </Button>
      ) : (
        <Button loading={isPending} onClick={() => mutate("enable")}>
          Enable
        </Button>
      )}
      <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
        Edit
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() =>
              confirm(
                "rotate",
                "Rotate the secret?",
                "You get a new secret. For 24 hours messages are signed with both, so that you can change it in your program.",
                "Rotate",
              )
            }
          >
            Rotate secret…
          </Menu.Item>
          {enabled && <Menu.Item onClick={() => setReplaying(true)}>Replay events…</Menu.Item>}
          {enabled && (
            <Menu.Item
              onClick={() =>
                confirm(
                  "disable",
                  "Disable this endpoint?",
                  "It is sent nothing until you enable it. You can replay what it misses.",
                  "Disable",
                )
              }
            >
              Disable…
            </Menu.Item>
          )}
          <Menu.Item
            onClick={() =>
              confirm(
                "delete",
                "Delete this endpoint?",
                "It is sent nothing any more, and its attempts can’t be looked at. This can’t be undone.",
                "Delete",
              )
            }
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {replaying && <ReplayDialog endpoint={endpoint} onClose={() => setReplaying(false)} />}
      {secret !== null && <SecretOnce secret={secret} rotated onClose={() => setSecret(null)} />}
    </>
  );
}
