"use client";

import {
  MultiSelect,
  type MultiSelectProps,
  type OptionsFilter,
  Select,
  type SelectProps,
  Stack,
  Text,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { activeMembersQuery, memberQuery } from "@/api/members";

const PAUSE = 150;

type Member = Schemas["MemberView"];

/** The server has searched. */
const AS_FOUND: OptionsFilter = ({ options }) => options;

const named = ({ firstName, lastName }: Member): string => `${firstName} ${lastName}`;

/** What a choice among active members has to offer: those found by the words, and who is chosen already. */
function useChoices(chosen: readonly string[]) {
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words.trim(), PAUSE);
  const [opened, setOpened] = useState(false);
  const known = useQueries({ queries: chosen.map(memberQuery) });
  // What stands in the field of one choice is a name, not a search.
  const search = known.some(({ data }) => data !== undefined && named(data) === asked) ? "" : asked;
  const found = useQuery({
    ...activeMembersQuery(search),
    enabled: opened,
    placeholderData: keepPreviousData,
  });
  const members = new Map<string, Member | undefined>(
    (found.data?.items ?? []).map((member) => [member.id, member]),
  );
  chosen.forEach((id, place) => members.set(id, members.get(id) ?? known[place]?.data));
  return {
    data: [...members].map(([id, member]) => ({
      value: id,
      label: member === undefined ? "…" : named(member),
    })),
    searchable: true,
    filter: AS_FOUND,
    onSearchChange: setWords,
    onDropdownOpen: () => setOpened(true),
    nothingFoundMessage: found.isPending || found.isFetching ? "Searching…" : "Nobody found",
    maxDropdownHeight: 280,
    renderOption: ({ option }: { option: { value: string; label?: string } }) => (
      <Stack gap={0} miw={0}>
        <Text size="sm">{option.label}</Text>
        <Text size="xs" c="dimmed" truncate>
          {members.get(option.value)?.email}
        </Text>
      </Stack>
    ),
  };
}

/** Members of the organization, out of however many there are: the server searches. */
export function MembersSelect({
  value,
  onChange,
  ...select
}: Omit<MultiSelectProps, "value" | "onChange" | "data"> & {
  value: readonly string[];
  onChange: (ids: string[]) => void;
}) {
  return (
    <MultiSelect
      placeholder={value.length === 0 ? "Search by name" : undefined}
      hidePickedOptions
      {...useChoices(value)}
      {...select}
      value={[...value]}
      onChange={onChange}
    />
  );
}

/** One member of the organization, or nobody. */
export function MemberSelect({
  value,
  onChange,
  ...select
}: Omit<SelectProps, "value" | "onChange" | "data"> & {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  return (
    <Select
      clearable
      clearButtonProps={{ "aria-label": "Clear the choice" }}
      placeholder={value === null ? "Search by name" : undefined}
      {...useChoices(value === null ? [] : [value])}
      {...select}
      value={value}
      onChange={onChange}
    />
  );
}
