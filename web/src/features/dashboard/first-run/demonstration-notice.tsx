"use client";

import { Button, Group, List, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconFlask } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useMay } from "@/api/me";
import { DeletionSteps } from "@/components/deletion-steps";
import { notDone } from "@/components/not-done";
import { count, type Formats } from "@/format/format";
import { useFormats } from "@/format/formats";

import { demonstrationQuery, type Demonstration, isUnderWay, removeDemonstration } from "./api/demonstration";
import classes from "./first-run.module.css";
import { staying, useDemonstration } from "./use-demonstration";

/** Says that invented loans are among the figures, as long as they are, and takes them out again. */
export function DemonstrationNotice() {
  const formats = useFormats();
  const queries = useQueryClient();
  const mayDelete = useMay("portfolio.delete");
  const demonstration = useDemonstration();
  const remove = useMutation({
    mutationFn: removeDemonstration,
    onSuccess: (asked) => queries.setQueryData(demonstrationQuery.queryKey, asked),
    onError: notDone("Nothing was removed"),
  });
  if (demonstration === undefined || demonstration.presence === "absent") return null;
  const confirm = () =>
    modals.openConfirmModal({
      title: "Remove sample data?",
      children: (
        <Text size="sm">
          Its loans, properties, lenders, funds, portfolios, documents and notes will be deleted. What you
          added yourself stays, and so does anything your own loans refer to.
        </Text>
      ),
      labels: { confirm: "Remove", cancel: "Cancel" },
      confirmProps: { color: "red" },
      onConfirm: () => remove.mutate(),
    });
  const underWay = isUnderWay(demonstration);
  return (
    <Group className={`${classes.demonstration} no-print`} role="note" gap="xs" wrap="nowrap">
      <IconFlask size={18} stroke={1.6} aria-hidden />
      <Stack gap={4} style={{ flex: 1 }}>
        <Text size="sm">{words(demonstration, formats)}</Text>
        {underWay && <DeletionSteps steps={demonstration.steps} />}
        {demonstration.presence === "partly_here" && (
          <List size="sm">
            {staying(demonstration).map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        )}
      </Stack>
      {mayDelete && demonstration.presence !== "leaving" && (
        <Button size="compact-sm" variant="default" onClick={confirm} loading={remove.isPending}>
          Remove sample data
        </Button>
      )}
    </Group>
  );
}

function words({ presence, steps }: Demonstration, formats: Formats): string {
  switch (presence) {
    case "arriving":
      return "Sample data is being loaded.";
    case "leaving":
      return "Sample data is being removed.";
    case "partly_here":
      return "A part of the sample data stays.";
    default: {
      const loans = steps.find(({ service }) => service === "loans")?.counts.loans ?? 0;
      return `Includes sample data (${count(loans, formats)} fictional loans).`;
    }
  }
}
