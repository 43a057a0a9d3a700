"use client";

import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { DateField } from "@/components/fields/date-field";
import { MemberSelect } from "@/components/fields/members-select";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { changeDate, type CriticalDate, type DateChange } from "./api/dates";
import { KINDS, ofWords } from "./date-words";

export type Asked = Exclude<DateChange["to"], "reopened">;

const WORDS: Readonly<Record<Asked, { title: string; save: string }>> = {
  assigned: { title: "Assign", save: "Assign" },
  done: { title: "Done", save: "Done" },
  waived: { title: "Waive", save: "Waive" },
  snoozed: { title: "Snooze", save: "Snooze" },
};

const FIELDS: Readonly<Record<Asked, readonly string[]>> = {
  assigned: ["assignee"],
  done: ["evidence"],
  waived: ["evidence"],
  snoozed: ["until"],
};

/** Asks for what a change of a date needs, and makes it. */
export function DateDialog({
  row,
  asked,
  onClose,
}: {
  row: CriticalDate;
  asked: Asked;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const formats = useFormats();
  const [evidence, setEvidence] = useState("");
  const [until, setUntil] = useState("");
  const [assignee, setAssignee] = useState(row.assignee);
  const changes: Readonly<Record<Asked, DateChange>> = {
    assigned: { to: "assigned", assignee },
    done: { to: "done", evidence: evidence.trim() || null },
    waived: { to: "waived", evidence },
    snoozed: { to: "snoozed", until },
  };
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => changeDate(row, changes[asked]),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ["dates"] }),
  });
  const refusals = refusalsByField(error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    // React hands events on to the page around the dialog: a form there is another one.
    event.stopPropagation();
    mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${WORDS[asked].title}: ${KINDS[row.kind].toLowerCase()} of ${ofWords(row)}`}
      closeButtonProps={{ "aria-label": "Close" }}
      centered
    >
      <form onSubmit={send} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            {[row.loanName, date(row.on, formats)].filter((words) => words !== null).join(", ")}
          </Text>
          {asked === "assigned" && (
            <MemberSelect
              label="Assigned to"
              description="Empty: nobody."
              value={assignee}
              onChange={setAssignee}
              error={refusals.assignee}
              data-autofocus
            />
          )}
          {asked === "snoozed" && (
            <DateField
              label="Open again on"
              value={until}
              onChange={setUntil}
              error={refusals.until}
              required
              data-autofocus
            />
          )}
          {(asked === "done" || asked === "waived") && (
            <Textarea
              label={asked === "done" ? "Evidence" : "Reason"}
              description={
                asked === "done" ? "Where it can be seen: a letter, a wire, a document." : undefined
              }
              required={asked === "waived"}
              autosize
              minRows={2}
              maxRows={10}
              maxLength={2_000}
              value={evidence}
              onChange={({ currentTarget }) => setEvidence(currentTarget.value)}
              error={refusals.evidence}
              data-autofocus
            />
          )}
          <SaveProblem problem={error} fields={FIELDS[asked]} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              {WORDS[asked].save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
