"use client";

import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { useAddress } from "@/components/address";

const PAUSE = 200;

/** Words to search for, written into the address once a person pauses. */
export function PartySearch({ label, placeholder }: { label: string; placeholder: string }) {
  const [search, go] = useAddress();
  const asked = search.get("q") ?? "";
  const [typed, setTyped] = useState<string | null>(null);
  const write = useDebouncedCallback((q: string) => {
    go({ q: q.trim() });
    setTyped(null);
  }, PAUSE);
  return (
    <TextInput
      type="search"
      size="xs"
      w={{ base: "100%", xs: 240 }}
      aria-label={label}
      placeholder={placeholder}
      maxLength={200}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed ?? asked}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        write(currentTarget.value);
      }}
    />
  );
}
