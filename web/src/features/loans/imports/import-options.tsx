"use client";

import { Button, Collapse, Radio, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useId } from "react";

import { DateField } from "@/components/fields/date-field";
import { Surface } from "@/components/surface";

import type { TapeOptions } from "./api/import-batch";

/** What rarely needs saying: folded away. */
export function ImportOptions({
  options,
  tables,
  onChange,
}: {
  options: TapeOptions;
  tables: boolean;
  onChange: (options: TapeOptions) => void;
}) {
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <Surface p="xs">
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        onClick={toggle}
        aria-expanded={opened}
        aria-controls={id}
        leftSection={
          opened ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />
        }
      >
        Options
      </Button>
      <Collapse expanded={opened} id={id}>
        <Stack p="xs" gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="Deal"
              description={
                tables
                  ? "What the loans belong to. An EX-102 is named after its file; a table belongs to no deal unless you name one."
                  : "What the loans belong to. Left empty, it is the file’s name without the date at its end."
              }
              placeholder="As the file is named"
              maxLength={48}
              value={options.deal}
              onChange={({ currentTarget }) => onChange({ ...options, deal: currentTarget.value })}
            />
            {tables && (
              <DateField
                label="As of"
                description="The date of the balances, where the table has no column that says it. Left empty: today."
                value={options.asOf}
                onChange={(asOf) => onChange({ ...options, asOf })}
              />
            )}
          </SimpleGrid>
          <Radio.Group
            label="Tolerance of the reconciliation"
            value={options.tolerance}
            onChange={(tolerance) =>
              onChange({ ...options, tolerance: tolerance as TapeOptions["tolerance"] })
            }
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="detect"
                label="As the tape’s own numbers show"
                description="To the cent, unless they passed through 32-bit floats."
              />
              <Radio value="cents" label="To the cent" description="Nothing is forgiven." />
              <Radio
                value="float32"
                label="Within what 32-bit floats can hold"
                description="The larger of $0.02 and the balance × 0.00000012."
              />
            </Stack>
          </Radio.Group>
        </Stack>
      </Collapse>
    </Surface>
  );
}
