"use client";

import { Button, Group, List, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconFlask } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { useMay } from "@/api/me";
import { notDone } from "@/components/not-done";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loansWords } from "../figures/figure-details";
import { demonstrationQuery, removeDemonstration } from "./api/demonstration";
import classes from "./first-run.module.css";

/** Says that invented loans are among the figures, as long as they are, and takes them out again. */
export function DemonstrationNotice() {
  const formats = useFormats();
  const queries = useQueryClient();
  const mayDelete = useMay("portfolio.delete");
  const { data } = useQuery(demonstrationQuery);
  const remove = useMutation({
    mutationFn: removeDemonstration,
    onSuccess: async (removed) => {
      await queries.invalidateQueries();
      tell(removed);
    },
    onError: notDone("Nothing was removed"),
  });
  if (!data?.there) return null;
  const confirm = () =>
    modals.openConfirmModal({
      title: "Remove sample data?",
      children: (
        <Text size="sm">
          {`${loansWords(data.loans, formats)}, ${data.properties} properties, ${data.lenders} lenders, ${data.funds} funds and ${data.portfolios} portfolios will be deleted. What you added yourself stays, and so does anything your own loans refer to.`}
        </Text>
      ),
      labels: { confirm: "Remove", cancel: "Cancel" },
      confirmProps: { color: "red" },
      onConfirm: () => remove.mutate(),
    });
  return (
    <Group className={`${classes.demonstration} no-print`} role="note" gap="xs" wrap="nowrap">
      <IconFlask size={18} stroke={1.6} aria-hidden />
      <Text size="sm" style={{ flex: 1 }}>
        {`Includes sample data (${count(data.loans, formats)} fictional loans).`}
      </Text>
      {mayDelete && (
        <Button size="compact-sm" variant="default" onClick={confirm} loading={remove.isPending}>
          Remove sample data
        </Button>
      )}
    </Group>
  );
}

function tell({ kept }: Schemas["RemovedDemonstration"]): void {
  if (kept.length === 0) {
    notifications.show({ message: "Sample data removed." });
    return;
  }
  notifications.show({
    title: "Sample data removed, except what your loans refer to",
    autoClose: false,
    message: (
      <List size="sm">
        {kept.map(({ kind, id, name, reason }) => (
          <List.Item key={id}>{`The ${kind} ${name}: ${reason}`}</List.Item>
        ))}
      </List>
    ),
  });
}
