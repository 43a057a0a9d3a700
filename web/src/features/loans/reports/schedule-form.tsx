"use client";

import { Button, Checkbox, Group, Modal, Select, SimpleGrid, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { MembersSelect } from "@/components/fields/members-select";
import { useSaving } from "@/components/use-saving";
import { useFormats } from "@/format/formats";

import { type ReportKind } from "./api/reports";
import {
  changeSchedule,
  createSchedule,
  draftOf,
  NEW_SCHEDULE,
  readSchedule,
  type Schedule,
  type ScheduleDraft,
} from "./api/schedules";
import { parametersOf, ReportParameterFields } from "./report-parameters";
import { hourWords, REPORTS, WEEKDAYS } from "./report-words";

const KINDS = Object.entries(REPORTS).map(([value, { label }]) => ({ value, label }));
const RHYTHMS = [
  { value: "day", label: "Every day" },
  { value: "week", label: "Every week" },
  { value: "month", label: "Every month" },
];
const FORMATS = [
  { value: "xlsx", label: "Workbook" },
  { value: "pdf", label: "PDF" },
];
const DAYS = Array.from({ length: 31 }, (_, day) => String(day + 1));

const FIELDS = ["parameters.loanId", "parameters.title", "recipients"];

/** Has a report made and mailed again and again, or changes how. */
export function ScheduleForm({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const queries = useQueryClient();
  const { locale } = useFormats();
  const [draft, setDraft] = useState<ScheduleDraft>(schedule === null ? NEW_SCHEDULE : draftOf(schedule));
  const [refusals, setRefusals] = useState<Record<string, string>>({});
  const say = (part: Partial<ScheduleDraft>) => {
    setRefusals({});
    setDraft({ ...draft, ...part });
  };
  const { submit, pending, notice } = useSaving<Schedule>({
    version: schedule?.version ?? 0,
    save: (version) => {
      const said = { ...draft, parameters: parametersOf(draft.kind, parameters) };
      return schedule === null ? createSchedule(said) : changeSchedule(schedule.id, version, said);
    },
    latest: () => readSchedule(schedule?.id ?? ""),
    show: (stored) => setDraft(draftOf(stored)),
    onSaved: () => {
      void queries.invalidateQueries({ queryKey: ["reports", "schedules"] });
      onClose();
    },
    refuse: setRefusals,
    fields: FIELDS,
  });
  const parameters = { ...NEW_SCHEDULE.parameters, ...draft.parameters } as Schedule["parameters"];
  const choice = { allowDeselect: false } as const;
  const send = (event: FormEvent) => {
    event.preventDefault();
    // React hands events on to the page around the dialog: a form there is another one.
    event.stopPropagation();
    submit();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={schedule === null ? "Schedule a report" : "Edit schedule"}
      closeButtonProps={{ "aria-label": "Close" }}
      size="lg"
    >
      <form onSubmit={send} noValidate>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label="Report"
              data={KINDS}
              value={draft.kind}
              onChange={(kind) => say({ kind: kind as ReportKind })}
              data-autofocus
              {...choice}
            />
            <Select
              label="File"
              data={FORMATS}
              value={draft.format}
              onChange={(format) => say({ format: format as ScheduleDraft["format"] })}
              {...choice}
            />
            <ReportParameterFields
              kind={draft.kind}
              value={parameters}
              onChange={(changed) => say({ parameters: changed })}
              refusal={(field) => refusals[`parameters.${field}`]}
            />
          </SimpleGrid>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <Select
              label="How often"
              data={RHYTHMS}
              value={draft.every}
              onChange={(every) => say({ every: every as ScheduleDraft["every"] })}
              {...choice}
            />
            {draft.every === "week" && (
              <Select
                label="On"
                data={Object.entries(WEEKDAYS).map(([value, label]) => ({ value, label }))}
                value={String(draft.weekday)}
                onChange={(weekday) => say({ weekday: Number(weekday) })}
                {...choice}
              />
            )}
            {draft.every === "month" && (
              <Select
                label="On day"
                description="The last one of a shorter month."
                data={DAYS}
                value={String(draft.day)}
                onChange={(day) => say({ day: Number(day) })}
                {...choice}
              />
            )}
            <Select
              label="At"
              data={Array.from({ length: 24 }, (_, hour) => ({
                value: String(hour),
                label: hourWords(hour, locale),
              }))}
              value={String(draft.hour)}
              onChange={(hour) => say({ hour: Number(hour) })}
              {...choice}
            />
          </SimpleGrid>
          <MembersSelect
            label="Recipients"
            description="Members who get the file by email."
            required
            value={draft.recipients}
            onChange={(recipients) => say({ recipients })}
            error={refusals.recipients}
          />
          <Checkbox
            label="Only if a cell differs from the report that was sent last"
            checked={draft.onlyIfChanged}
            onChange={({ currentTarget: { checked } }) => say({ onlyIfChanged: checked })}
          />
          {notice}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={pending}>
              {schedule === null ? "Create schedule" : "Save"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
