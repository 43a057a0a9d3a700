"use client";

import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type PartyKind, partyNameQuery, partySearchQuery } from "@/api/parties";

const PAUSE = 150;
const NEW = "\u0000new";

/**
 * A lender, fund, portfolio or property out of however many there are: the server searches. Where `onCreate` is given,
 * a name that is not there yet can be created without leaving the form.
 */
export function PartySelect({
  kind,
  value,
  onChange,
  onCreate,
  without = [],
  ...select
}: Omit<SelectProps, "value" | "onChange" | "data"> & {
  kind: PartyKind;
  value: string | null;
  onChange: (id: string | null) => void;
  onCreate?: (name: string) => void;
  /** Ids that are not offered, as they are chosen elsewhere. */
  without?: readonly string[];
}) {
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words.trim(), PAUSE);
  const [opened, setOpened] = useState(false);
  const chosen = useQuery({ ...partyNameQuery(kind, value ?? ""), enabled: value !== null });
  const chosenName = chosen.data;
  // The words in the field are the chosen one's name until somebody types: then everything is offered.
  const q = asked === chosenName ? "" : asked;
  const found = useQuery({
    ...partySearchQuery(kind, q),
    enabled: opened,
    placeholderData: keepPreviousData,
  });
  const offered = (found.data ?? [])
    .filter(({ id }) => id === value || !without.includes(id))
    .map(({ id, name }) => ({ value: id, label: name }));
  if (value !== null && !offered.some((option) => option.value === value)) {
    offered.unshift({ value, label: chosenName ?? (chosen.error ? "No longer there" : "…") });
  }
  const typed = words.trim();
  const known = offered.some(({ label }) => label.toLowerCase() === typed.toLowerCase());
  const creatable = onCreate !== undefined && typed !== "" && !known && typed === asked && !found.isFetching;
  return (
    <Select
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Clear the choice" }}
      placeholder={value === null ? "Search by name" : undefined}
      nothingFoundMessage={found.isPending || found.isFetching ? "Searching…" : "Nothing found"}
      maxDropdownHeight={280}
      {...select}
      data={creatable ? [...offered, { value: NEW, label: `Create “${typed}”` }] : offered}
      // The server has searched; names that hold the words in another order are found too.
      filter={({ options }) => options}
      value={value}
      onSearchChange={setWords}
      onDropdownOpen={() => setOpened(true)}
      onChange={(next) => {
        if (next === NEW) onCreate?.(typed);
        else onChange(next);
      }}
    />
  );
}
