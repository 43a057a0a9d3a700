"use client";

import { Radio, Stack } from "@mantine/core";

import { FilterPill } from "./filter-pill";
import { BASIS_WORDS } from "./filter-words";
import { type Filters, INCOME_BASES, type IncomeBasis, withBasis } from "./filters";

/** The basis of the income in DSCR and debt yield: it narrows nothing, and holds for every figure of the page. */
export function BasisFilter({
  filters,
  onChange,
}: {
  filters: Filters;
  onChange: (change: (before: Filters) => Filters) => void;
}) {
  const basis = filters.statementBasis ?? "latest";
  const choose = (chosen: IncomeBasis) => onChange((before) => withBasis(before, chosen));
  return (
    <FilterPill
      label="Income"
      value={basis === "latest" ? null : BASIS_WORDS[basis].label}
      onRemove={() => choose("latest")}
    >
      {(close) => (
        <Radio.Group
          label="Income in DSCR and debt yield"
          value={basis}
          onChange={(chosen) => {
            choose(chosen as IncomeBasis);
            close();
          }}
        >
          <Stack gap="xs" mt="xs">
            {INCOME_BASES.map((known) => (
              <Radio key={known} value={known} size="xs" {...BASIS_WORDS[known]} />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </FilterPill>
  );
}
