"use client";

import { Button, Group, NumberInput, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useBusinessDate } from "@/api/me";
import { DateField } from "@/components/fields/date-field";
import { refusalsByField } from "@/components/fields/refusals";
import { SaveProblem } from "@/components/save-problem";
import { isDay } from "@/format/parse-date";

import { makeShare } from "./api/shares";
import { endOf } from "./share-words";

const A_WEEK = 7 * 86_400_000;
const SHORTEST_PASSWORD = 8;

/** Makes a link to one version. */
export function ShareForm({
  documentId,
  number,
  onMade,
  onCancel,
}: {
  documentId: string;
  number: number;
  onMade: (link: string) => void;
  onCancel: () => void;
}) {
  const client = useQueryClient();
  const today = useBusinessDate();
  const form = useForm({
    initialValues: {
      note: "",
      expires: new Date(Date.parse(`${today}T00:00:00Z`) + A_WEEK).toISOString().slice(0, 10),
      password: "",
      mostDownloads: "" as number | "",
    },
    validate: {
      expires: (day) =>
        !isDay(day) ? "Enter a date, e.g. 6/30/2027" : day < today ? "Choose a day that is to come" : null,
      password: (password) =>
        password !== "" && password.length < SHORTEST_PASSWORD
          ? `Use at least ${SHORTEST_PASSWORD} characters`
          : null,
    },
  });
  const making = useMutation({
    mutationFn: () => {
      const { note, expires, password, mostDownloads } = form.values;
      return makeShare(client, documentId, number, {
        note: note.trim(),
        expiresAt: endOf(expires),
        password: password === "" ? null : password,
        mostDownloads: mostDownloads === "" ? null : mostDownloads,
      });
    },
    onSuccess: onMade,
    onError: (error) => {
      const { expiresAt, ...others } = refusalsByField(error);
      form.setErrors({ ...others, ...(expiresAt === undefined ? {} : { expires: expiresAt }) });
    },
  });
  return (
    <form onSubmit={form.onSubmit(() => making.mutate())} noValidate>
      <Stack gap="sm">
        <TextInput
          label="For whom"
          description="To recognize the link by. The receiver doesn’t see it."
          placeholder="Insurance broker"
          maxLength={200}
          data-autofocus
          {...form.getInputProps("note")}
        />
        <DateField
          label="Expires at the end of"
          description="At most a year from now."
          required
          value={form.values.expires}
          error={form.errors.expires}
          onChange={(day) => form.setFieldValue("expires", day)}
        />
        <PasswordInput
          label="Password"
          description="Optional. Whoever opens the link has to enter it."
          autoComplete="new-password"
          maxLength={256}
          {...form.getInputProps("password")}
        />
        <NumberInput
          label="Most downloads"
          description="Optional. The link ends after so many."
          min={1}
          max={10_000}
          allowDecimal={false}
          value={form.values.mostDownloads}
          error={form.errors.mostDownloads}
          onChange={(value) => form.setFieldValue("mostDownloads", typeof value === "number" ? value : "")}
        />
        <SaveProblem problem={making.error} fields={["note", "expiresAt", "password", "mostDownloads"]} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending}>
            Create link
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
