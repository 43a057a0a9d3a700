"use client";

import { Button, Group, List, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { Problem } from "@/api/problem";
import { DateField } from "@/components/fields/date-field";
import { isDay } from "@/format/parse-date";

import type { Dating } from "../records/api/loan-changes";
import { fieldWords } from "../records/field-words";

const NO_NAMES = new Map<string, string>();

/** The terms that the server wants dated; none where it refused a save for anything else. */
export function undatedTerms(error: unknown): string[] {
  if (!(error instanceof Problem) || error.status !== 422) return [];
  const fields = error.errors.flatMap(({ field, message }) =>
    message.startsWith("is a term of the loan") ? [field] : [],
  );
  return fields.length === error.errors.length ? fields : [];
}

/** What the server has against a date; the rest of a refusal is said in the form. */
function dateFault(error: unknown): string | null {
  if (!(error instanceof Problem)) return null;
  return error.errors.find(({ field }) => field === "effectiveOn")?.message ?? null;
}

/** Asks since when changed terms hold: a change leaves the past as it was, a correction computes it anew. */
export function TermsDating({
  terms,
  refused,
  saving,
  onSave,
  onClose,
}: {
  terms: readonly string[];
  refused: unknown;
  saving: boolean;
  onSave: (dating: Dating) => Promise<void>;
  onClose: () => void;
}) {
  const [kind, setKind] = useState<string | null>(null);
  const [day, setDay] = useState("");
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const fault = dateFault(refused);
  const correct = kind === "correction";
  const ready = correct || (kind === "change" && isDay(day));
  const said = reason.trim() === "" ? {} : { reason: reason.trim() };
  return (
    <Modal opened onClose={onClose} title="When did the terms change?" centered size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (ready) void onSave(correct ? { correction: true, ...said } : { effectiveOn: day, ...said });
        }}
      >
        <Stack>
          <div>
            <Text size="sm">You changed:</Text>
            <List size="sm">
              {terms.map((field) => (
                <List.Item key={field}>{fieldWords(field, NO_NAMES)}</List.Item>
              ))}
            </List>
          </div>
          <Radio.Group
            value={kind}
            onChange={setKind}
            aria-label="When did the terms change?"
            error={asked && kind === null ? "Choose one" : undefined}
          >
            <Stack gap="xs">
              <Radio
                value="change"
                label="The terms changed on a date"
                description="Schedule, balances and history before that date stay as they are."
              />
              {kind === "change" && (
                <DateField
                  label="New terms hold from"
                  required
                  value={day}
                  onChange={setDay}
                  error={(asked && day === "" ? "Write a date" : undefined) ?? fault ?? undefined}
                  maw={260}
                  ml="xl"
                />
              )}
              <Radio
                value="correction"
                label="Correction: the terms were entered wrongly"
                description="Schedule and history are computed anew from the closing."
              />
            </Stack>
          </Radio.Group>
          <TextInput
            label="Reason"
            description="Kept with the loan, for example “Second amendment”."
            maxLength={300}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back to the form
            </Button>
            <Button type="submit" loading={saving}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
