"use client";

import { Button, Collapse, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";

import { Surface } from "@/components/surface";

import { columnLabel } from "../tapes/tape-mapping";
import type { Import } from "./api/imports";

type Layout = NonNullable<Import["layout"]>;
type Column = NonNullable<Layout["columns"]>[number];

/** How the columns of a table were read, with examples, and which were not used; a dry run shows it at once. */
export function ImportColumns({ layout, dryRun }: { layout: Layout; dryRun: boolean }) {
  const [opened, { toggle }] = useDisclosure(dryRun);
  const id = useId();
  const { columns = [], unused = [] } = layout;
  if (columns.length === 0) return null;
  return (
    <Surface
      title="Columns"
      actions={
        <Button size="compact-sm" variant="light" onClick={toggle} aria-expanded={opened} aria-controls={id}>
          {opened ? "Hide how they are read" : "Show how they are read"}
        </Button>
      }
    >
      <Stack gap="xs">
        {layout.note !== undefined && layout.note !== null && <Text size="sm">{`${layout.note}.`}</Text>}
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {unused.length === 0 ? "All columns are used." : `Not used: ${unused.join(", ")}.`}
        </Text>
        <Collapse expanded={opened} id={id}>
          <Table.ScrollContainer minWidth={640} mah={480}>
            <Table aria-label="How the columns are read" verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Column of the file</Table.Th>
                  <Table.Th scope="col">Is read as</Table.Th>
                  <Table.Th scope="col">How</Table.Th>
                  <Table.Th scope="col">Examples</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {columns.map((column) => (
                  <Table.Tr key={column.header}>
                    <Table.Th scope="row" fw={500}>
                      {column.header}
                    </Table.Th>
                    <Table.Td>{columnLabel(column.column)}</Table.Td>
                    <Table.Td c={column.question === undefined ? undefined : "var(--negative)"}>
                      {column.question ?? column.reason ?? "–"}
                    </Table.Td>
                    <Table.Td style={{ overflowWrap: "anywhere" }}>{examplesOf(column)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Collapse>
      </Stack>
    </Surface>
  );
}

const examplesOf = ({ examples = [] }: Column): string =>
  examples
    .map(({ text, value, refused }) => {
      if (refused !== undefined) return `${text}: refused`;
      return value === undefined || value === null || value === text ? text : `${text} is ${value}`;
    })
    .join("; ");
