"use client";

import { MultiSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

import { useAddress } from "@/components/address";
import { PartySelect } from "@/components/fields/party-select";
import { word } from "@/format/format";

import { PROPERTY_TYPES } from "./property-shape";

const PAUSE = 300;
const TYPES = PROPERTY_TYPES.map((value) => ({ value, label: word(value) }));

/** Which properties: their type, state and portfolio, kept in the address. */
export function PropertyFilters() {
  const [search, go] = useAddress();
  const [typed, setTyped] = useState<string | null>(null);
  const writeState = useDebouncedCallback((state: string) => {
    go({ state: state.trim() });
    setTyped(null);
  }, PAUSE);
  const types = search.get("propertyType")?.split(",") ?? [];
  return (
    <>
      <MultiSelect
        size="xs"
        miw={150}
        maw={320}
        aria-label="Type"
        placeholder={types.length === 0 ? "Any type" : undefined}
        data={TYPES}
        value={types}
        onChange={(values) => go({ propertyType: values.join(",") })}
        clearable
        clearButtonProps={{ "aria-label": "Any type" }}
      />
      <TextInput
        size="xs"
        w={84}
        aria-label="State"
        placeholder="State"
        maxLength={32}
        value={typed ?? search.get("state") ?? ""}
        onChange={({ currentTarget }) => {
          const state = currentTarget.value.toUpperCase();
          setTyped(state);
          writeState(state);
        }}
      />
      <PartySelect
        size="xs"
        w={180}
        kind="portfolios"
        aria-label="Portfolio"
        placeholder="Any portfolio"
        value={search.get("portfolioId")}
        onChange={(portfolioId) => go({ portfolioId })}
      />
    </>
  );
}
