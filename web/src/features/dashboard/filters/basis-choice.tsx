"use client";

import { Radio, Stack } from "@mantine/core";

import { BASIS_WORDS } from "./filter-words";
import { INCOME_BASES, type IncomeBasis } from "./filters";

/** The bases of income to choose from. */
export function BasisChoice({
  basis,
  onChange,
}: {
  basis: IncomeBasis;
  onChange: (chosen: IncomeBasis) => void;
}) {
  return (
    <Radio.Group
      label="Income in DSCR and debt yield"
      value={basis}
      onChange={(chosen) => onChange(chosen as IncomeBasis)}
    >
      <Stack gap="xs" mt="xs">
        {INCOME_BASES.map((known) => (
          <Radio key={known} value={known} size="xs" {...BASIS_WORDS[known]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
