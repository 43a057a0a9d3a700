"use client";

import { Button, Group, MultiSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";

import { useSaving } from "@/components/use-saving";

import {
  changeEndpoint,
  createEndpoint,
  type Endpoint,
  type EndpointDraft,
  type EndpointSecret,
  eventTypesQuery,
  readEndpoint,
} from "./api/webhooks";
import { draftOf, NEW_ENDPOINT } from "./webhook-words";

/** Adds an endpoint, whose secret is handed on, or changes one. */
export function EndpointForm({
  endpoint,
  onMade,
  onSaved,
  onCancel,
}: {
  endpoint: Endpoint | null;
  onMade?: (made: EndpointSecret) => void;
  onSaved?: (endpoint: Endpoint) => void;
  onCancel: () => void;
}) {
  const known = useQuery(eventTypesQuery);
  const form = useForm<EndpointDraft>({
    initialValues: endpoint === null ? NEW_ENDPOINT : draftOf(endpoint),
  });
  const save = async (version: number): Promise<Endpoint> => {
    if (endpoint !== null) return changeEndpoint(endpoint.id, version, form.getValues());
    const made = await createEndpoint(form.getValues());
    onMade?.(made);
    return made.endpoint;
  };
  const { submit, pending, notice } = useSaving<Endpoint>({
    version: endpoint?.version ?? 0,
    save,
    latest: () => readEndpoint(endpoint?.id ?? ""),
    show: (stored) => form.setValues(draftOf(stored)),
    onSaved: (stored) => onSaved?.(stored),
    refuse: form.setErrors,
    fields: ["url", "description", "types", "perMinute"],
  });
  const about = new Map((known.data ?? []).map(({ type, description }) => [type, description]));
  const types = [...new Set([...about.keys(), ...(form.values.types ?? [])])];
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          label="Address"
          type="url"
          placeholder="https://example.com/hooks"
          required
          maxLength={2_000}
          data-autofocus
          {...form.getInputProps("url")}
        />
        <TextInput
          label="Description"
          placeholder="Accounting"
          maxLength={200}
          {...form.getInputProps("description")}
        />
        <MultiSelect
          label="Events"
          description="Empty: all of them."
          placeholder={form.values.types?.length ? undefined : "All events"}
          data={types}
          searchable
          clearable
          clearButtonProps={{ "aria-label": "Clear the events" }}
          maxDropdownHeight={280}
          renderOption={({ option }) => (
            <Stack gap={0} miw={0}>
              <Text size="sm">{option.value}</Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {about.get(option.value)}
              </Text>
            </Stack>
          )}
          {...form.getInputProps("types")}
        />
        <NumberInput
          label="Messages a minute, at most"
          min={1}
          max={6_000}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps("perMinute")}
        />
        {notice}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            {endpoint === null ? "Add endpoint" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
