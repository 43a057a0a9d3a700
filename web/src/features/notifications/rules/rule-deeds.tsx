"use client";

import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { notDone } from "@/components/not-done";

import { deleteRule, pauseRule, resumeRule, type Rule } from "./api/rules";

const failed = notDone("That didn’t work");

/** What can be done with a rule. */
export function RuleDeeds({ rule, onEdit }: { rule: Rule; onEdit: () => void }) {
  const { id, name, active } = rule;
  const queries = useQueryClient();
  const router = useRouter();
  const again = () => queries.invalidateQueries({ queryKey: ["rules"] });
  const turn = useMutation({
    mutationFn: () => (active ? pauseRule(id) : resumeRule(id)),
    onSettled: again,
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteRule(rule),
    onSuccess: () => {
      notifications.show({ message: `${name} was deleted.` });
      router.push("/settings/rules/");
    },
    onSettled: again,
    onError: failed,
  });
  const confirm = () =>
    modals.openConfirmModal({
      title: "Delete this rule?",
      children: (
        <Text size="sm">It tells nothing any more; what it told stays in inboxes. This can’t be undone.</Text>
      ),
      labels: { confirm: "Delete", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => remove.mutate(),
    });
  return (
    <>
      <Button variant="default" loading={turn.isPending} onClick={() => turn.mutate()}>
        {active ? "Pause" : "Resume"}
      </Button>
      <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
        Edit
      </Button>
      <Button variant="default" loading={remove.isPending} onClick={confirm}>
        Delete…
      </Button>
    </>
  );
}
