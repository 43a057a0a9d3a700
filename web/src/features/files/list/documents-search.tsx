"use client";

import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { useAddress } from "@/components/address";

const PAUSE = 250;

/** Words that stand in documents, written into the address once a person pauses. */
export function DocumentsSearch() {
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
      label="Search in documents"
      placeholder="Words in their text"
      w={{ base: "100%", xs: 300 }}
      maxLength={200}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed ?? asked}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        write(currentTarget.value);
      }}
    />
  );
}
