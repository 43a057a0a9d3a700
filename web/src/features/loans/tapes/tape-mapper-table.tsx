"use client";

import { Code, Group, NativeSelect, Select, Stack, Table, Text } from "@mantine/core";
import { useMemo } from "react";

import type { HeaderReading, TemplateColumn } from "./api/tapes";
import { choose, columnLabel, type Mapping, repeatedNames, waysToRead, withReading } from "./tape-mapping";
import type { TapeLayout } from "./use-tape-layouts";

const IGNORED = "";

type ColumnReading = HeaderReading["columns"][number];

/** Each column of the file, some of its values, and which of ours it is. */
export function TapeMapperTable({
  layout: { reading, samples },
  mapping,
  columns,
  onChange,
}: {
  layout: TapeLayout;
  mapping: Mapping;
  columns: readonly TemplateColumn[];
  onChange: (mapping: Mapping) => void;
}) {
  const repeated = useMemo(() => repeatedNames(reading.header), [reading.header]);
  const takenBy = new Map(mapping.map(({ column, header }) => [column, header]));
  const choices = [
    { value: IGNORED, label: "Ignore" },
    ...columns.map(({ name, required }) => ({
      value: name,
      label: `${columnLabel(name)}${required ? " (required)" : ""}`,
    })),
  ];
  const byName = new Map(columns.map((column) => [column.name, column]));
  return (
    <Table.ScrollContainer minWidth={680} mah={560}>
      <Table aria-label="Columns of the file" verticalSpacing={6} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Column in file</Table.Th>
            <Table.Th scope="col">Sample values</Table.Th>
            <Table.Th scope="col" w={250}>
              Maps to
            </Table.Th>
            <Table.Th scope="col" w={240}>
              Format
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reading.header.map((header, index) => {
            const choice = mapping.find((known) => known.header === header);
            const column = choice === undefined ? undefined : byName.get(choice.column);
            const values = samples[index] ?? [];
            const ways = column === undefined ? [] : waysToRead(column);
            const said = choice?.unit ?? choice?.decimal ?? choice?.dates;
            const told = reading.columns.find(
              (known) => known.header === header && known.column === choice?.column,
            );
            return (
              <Table.Tr key={index}>
                <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }} miw={120}>
                  {header === "" ? "(no name)" : header}
                </Table.Th>
                <Table.Td>
                  <Group gap={4}>
                    {values.map((value) => (
                      <Code key={value} className="amount" title={value} style={{ overflowWrap: "anywhere" }}>
                        {value.length > 40 ? `${value.slice(0, 38)}…` : value}
                      </Code>
                    ))}
                    {values.length === 0 && (
                      <Text size="sm" c="dimmed">
                        empty in the first rows
                      </Text>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  {repeated.has(header) || header === "" ? (
                    <Text size="sm" c="dimmed">
                      {header === "" ? "Ignored: no name" : "Ignored: duplicate name"}
                    </Text>
                  ) : (
                    <Stack gap={2}>
                      <Select
                        aria-label={`${header} maps to`}
                        size="xs"
                        searchable
                        allowDeselect={false}
                        nothingFoundMessage="No such column"
                        data={choices}
                        value={choice?.column ?? IGNORED}
                        onChange={(value) =>
                          onChange(choose(mapping, header, value === IGNORED ? null : value))
                        }
                        renderOption={({ option }) => (
                          <Stack gap={0}>
                            <Text size="sm">{option.label}</Text>
                            <Text size="xs" c="dimmed">
                              {takenBy.has(option.value) && takenBy.get(option.value) !== header
                                ? `Now: ${takenBy.get(option.value) ?? ""}`
                                : byName.get(option.value)?.about}
                            </Text>
                          </Stack>
                        )}
                      />
                    </Stack>
                  )}
                </Table.Td>
                <Table.Td>
                  <Stack gap={2}>
                    {ways.map(({ of, label, options }) => (
                      <NativeSelect
                        key={of}
                        aria-label={`${label} of ${header}`}
                        size="xs"
                        data={[{ value: "", label: `${label}: as its cells show` }, ...options]}
                        value={choice?.[of] ?? ""}
                        onChange={({ currentTarget: { value } }) =>
                          onChange(withReading(mapping, header, { [of]: value === "" ? undefined : value }))
                        }
                      />
                    ))}
                    {said === undefined && told !== undefined && <HowDecided {...told} />}
                  </Stack>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What the cells leave open, or else why they are read as they are. */
function HowDecided({ question, reason }: Pick<ColumnReading, "question" | "reason">) {
  const text = question ?? reason;
  if (text === undefined || text === null) return null;
  return (
    <Text size="xs" c={question == null ? "dimmed" : "var(--negative)"} style={{ overflowWrap: "anywhere" }}>
      {text}
    </Text>
  );
}
