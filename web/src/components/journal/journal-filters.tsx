"use client";

import { Button, Group, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { memberQuery, memberSearchQuery } from "@/api/members";
import { useAddress } from "@/components/address";
import { DateFilter } from "@/components/fields/date-filter";

import { isMember, SYSTEM_ACTORS } from "./actor";

const PAUSE = 250;

/** Who and when; `children` are what only one journal can be searched by, `names` what they are called in the address. */
export function JournalFilters({
  label,
  names = [],
  children,
}: {
  label: string;
  names?: readonly string[];
  children?: ReactNode;
}) {
  const [address, setAddress] = useAddress();
  const all = ["actor", "from", "to", ...names];
  const filtered = all.some((name) => address.has(name));
  return (
    <Group gap="xs" align="flex-end" className="no-print" role="search" aria-label={label}>
      <WhoFilter value={address.get("actor")} onChange={(actor) => setAddress({ actor, entry: null })} />
      <DateFilter
        label="From"
        w={150}
        value={address.get("from") ?? ""}
        onChange={(from) => setAddress({ from, entry: null })}
      />
      <DateFilter
        label="To"
        w={150}
        value={address.get("to") ?? ""}
        onChange={(to) => setAddress({ to, entry: null })}
      />
      {children}
      {filtered && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => setAddress(Object.fromEntries([...all, "entry"].map((name) => [name, null])))}
        >
          Clear
        </Button>
      )}
    </Group>
  );
}

function WhoFilter({ value, onChange }: { value: string | null; onChange: (actor: string | null) => void }) {
  const [words, setWords] = useState("");
  const [sought] = useDebouncedValue(words, PAUSE);
  const chosen = useQuery({ ...memberQuery(value ?? ""), enabled: value !== null && isMember(value) });
  const chosenName =
    chosen.data === undefined ? undefined : `${chosen.data.firstName} ${chosen.data.lastName}`;
  // What stands in the field once somebody is chosen is a name, not a search.
  const found = useQuery({
    ...memberSearchQuery(sought === chosenName ? "" : sought),
    placeholderData: keepPreviousData,
  });
  const members = new Map(
    [...(chosen.data === undefined ? [] : [chosen.data]), ...(found.data?.items ?? [])].map((member) => [
      member.id,
      `${member.firstName} ${member.lastName}`,
    ]),
  );
  if (value !== null && isMember(value) && !members.has(value)) members.set(value, value);
  return (
    <Select
      label="Who"
      placeholder="Anyone"
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Anyone" }}
      value={value}
      onChange={onChange}
      onSearchChange={setWords}
      // The server has searched the members; what acts in their stead is always there to be chosen.
      filter={({ options }) => options}
      nothingFoundMessage="Nobody"
      data={[
        { group: "Members", items: [...members].map(([id, label]) => ({ value: id, label })) },
        {
          group: "System",
          items: Object.entries(SYSTEM_ACTORS).map(([id, label]) => ({ value: id, label })),
        },
      ]}
      w={220}
      comboboxProps={{ shadow: "md" }}
    />
  );
}
