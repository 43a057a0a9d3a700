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
                  ? "The deal the loans belong to. EX-102: from the file name. CSV: none unless you enter one."
                  : "The deal the loans belong to. Default: the file name without its date."
              }
              placeholder="From the file name"
              maxLength={48}
              value={options.deal}
              onChange={({ currentTarget }) => onChange({ ...options, deal: currentTarget.value })}
            />
            {tables && (
              <DateField
                label="As of"
                description="Date of the balances, if no column has it. Default: the date in the file’s name."
                value={options.asOf}
                onChange={(asOf) => onChange({ ...options, asOf })}
              />
            )}
          </SimpleGrid>
          <Radio.Group
            label="Reconciliation tolerance"
            value={options.tolerance}
            onChange={(tolerance) =>
              onChange({ ...options, tolerance: tolerance as TapeOptions["tolerance"] })
            }
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="detect"
                label="Detect from the tape"
                description="Exact, unless the tape’s balances were rounded by older software."
              />
              <Radio value="cents" label="Exact match" description="To the cent." />
              <Radio
                value="float32"
                label="Allow rounding in older tapes"
                description="±$0.02 or 0.000012 % of the balance, whichever is larger."
              />
            </Stack>
          </Radio.Group>
        </Stack>
      </Collapse>
    </Surface>
  );
}
