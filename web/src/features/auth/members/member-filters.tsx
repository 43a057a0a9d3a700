"use client";

import { CloseButton, Group, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { useAddress } from "@/components/address";
import { word } from "@/format/format";

import type { MemberFilters } from "./api/members";
import { ROLES } from "./roles";

const PAUSE = 250;
const LONGEST_SEARCH = 200;

/** Which members are shown, as the address bar says it. */
export function useMemberFilters(): MemberFilters {
  const [address] = useAddress();
  const role = ROLES.find((known) => known === address.get("role"));
  const active = address.get("active");
  return {
    search: address.get("q")?.slice(0, LONGEST_SEARCH) || undefined,
    role,
    active: active === "true" ? true : active === "false" ? false : undefined,
  };
}

export function MemberFilterBar() {
  const [address, setAddress] = useAddress();
  const [search, setSearch] = useState(address.get("q") ?? "");
  const write = useDebouncedCallback((text: string) => setAddress({ q: text.trim() }), PAUSE);
  const change = (text: string) => {
    setSearch(text);
    write(text);
  };
  return (
    <Group gap="xs" wrap="wrap" className="no-print" role="search" aria-label="Members">
      <TextInput
        aria-label="Search members"
        placeholder="Name, email, job title or department"
        value={search}
        maxLength={LONGEST_SEARCH}
        onChange={(event) => change(event.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          search !== "" && <CloseButton size="sm" aria-label="Clear the search" onClick={() => change("")} />
        }
        flex="1 1 240px"
        maw={400}
      />
      <NativeSelect
        aria-label="Role"
        value={address.get("role") ?? ""}
        onChange={(event) => setAddress({ role: event.currentTarget.value })}
        data={[
          { value: "", label: "Any role" },
          ...ROLES.map((role) => ({ value: role, label: word(role) })),
        ]}
      />
      <NativeSelect
        aria-label="Any status"
        value={address.get("active") ?? ""}
        onChange={(event) => setAddress({ active: event.currentTarget.value })}
        data={[
          { value: "", label: "Any status" },
          { value: "true", label: "Active" },
          { value: "false", label: "Deactivated" },
        ]}
      />
    </Group>
  );
}
