"use client";

import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered, api } from "@/api/client";

const PAUSE = 150;

interface Choice {
  readonly value: string;
  readonly label: string;
}

const choice = ({ id, number, name }: { id: string; number: string; name: string }): Choice => ({
  value: id,
  label: `${number} · ${name}`,
});

const searchQuery = (q: string) =>
  queryOptions({
    queryKey: ["loans", "choices", q],
    queryFn: async ({ signal }) => {
      const query = { limit: 20, ...(q === "" ? {} : { q }) };
      return (await answered(api.GET("/api/v1/loans", { params: { query }, signal }))).items.map(choice);
    },
  });

const chosenQuery = (id: string) =>
  queryOptions({
    queryKey: ["loans", "choice", id],
    queryFn: async ({ signal }) =>
      choice(
        await answered(api.GET("/api/v1/loans/{loan_id}", { params: { path: { loan_id: id } }, signal })),
      ),
  });

/** A loan out of however many there are: the server searches numbers, names and borrowers. */
export function LoanSelect({
  value,
  onChange,
  ...select
}: Omit<SelectProps, "value" | "onChange" | "data"> & {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words.trim(), PAUSE);
  const [opened, setOpened] = useState(false);
  const chosen = useQuery({ ...chosenQuery(value ?? ""), enabled: value !== null });
  const q = asked === chosen.data?.label ? "" : asked;
  const found = useQuery({ ...searchQuery(q), enabled: opened, placeholderData: keepPreviousData });
  const offered = [...(found.data ?? [])];
  if (value !== null && !offered.some((each) => each.value === value)) {
    offered.unshift(chosen.data ?? { value, label: chosen.error ? "No longer there" : "…" });
  }
  return (
    <Select
      label="Loan"
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Clear the choice" }}
      placeholder={value === null ? "Search by number or name" : undefined}
      nothingFoundMessage={found.isPending || found.isFetching ? "Searching…" : "Nothing found"}
      maxDropdownHeight={280}
      {...select}
      data={offered}
      filter={({ options }) => options}
      value={value}
      onSearchChange={setWords}
      onDropdownOpen={() => setOpened(true)}
      onChange={onChange}
    />
  );
}
