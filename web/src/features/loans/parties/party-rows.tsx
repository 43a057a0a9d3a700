"use client";

import { ActionIcon, Button, Stack, Table, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";

import { useLoanField, useLoanFormContext } from "../forms/form-context";
import type { List } from "../records/shape";
import { PartyField } from "./party-field";
import classes from "./party.module.css";

/** Several of the same as a table to write in: contacts, valuations, operating statements. */
export function PartyRows({ list }: { list: List }) {
  const form = useLoanFormContext();
  const { value: rows, error } = useLoanField<readonly unknown[]>(list.path);
  // Fields keep what is typed into them; when a row goes, those below become other rows and must begin anew.
  const [generation, setGeneration] = useState(0);
  const noun = list.noun.toLowerCase();
  return (
    <Stack gap="xs" data-path={list.path} tabIndex={-1}>
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={list.fields.length * 130} type="native">
          <Table aria-label={list.title} className={classes.cells} verticalSpacing={4} horizontalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                {list.fields.map(({ path, label }) => (
                  <Table.Th key={path} scope="col" fw={500} fz="xs">
                    {label}
                  </Table.Th>
                ))}
                <Table.Th scope="col" w={36} aria-label="Remove" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((_, index) => (
                <Table.Tr key={`${generation}-${index}`}>
                  {list.fields.map((field) => (
                    <Table.Td key={field.path} style={{ verticalAlign: "top" }}>
                      <PartyField
                        field={{ ...field, label: `${list.noun} ${index + 1}: ${field.label}` }}
                        path={`${list.path}.${index}.${field.path}`}
                      />
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`Remove ${noun} ${index + 1}`}
                      onClick={() => {
                        form.removeListItem(list.path, index);
                        setGeneration((before) => before + 1);
                      }}
                    >
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {error !== undefined && (
        <Text size="sm" c="var(--negative)" role="alert">
          {error}
        </Text>
      )}
      <div>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem(list.path, { ...list.empty } as never)}
        >
          {`Add ${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`}
        </Button>
      </div>
    </Stack>
  );
}
