"use client";

import { ActionIcon, Button, Fieldset, Stack, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";

import { useLoanField, useLoanFormContext } from "./form-context";
import { FormGrid } from "./form-section";
import classes from "./form.module.css";

/** Several of the same: a group of fields for each, with a way to add and to take away. */
export function LoanRows({
  path,
  noun,
  empty,
  children,
}: {
  path: string;
  /** What one of them is called: “Phase”. */
  noun: string;
  empty: unknown;
  children: (path: string, index: number) => ReactNode;
}) {
  const form = useLoanFormContext();
  const { value: rows, error } = useLoanField<readonly unknown[]>(path);
  // Fields keep what is typed into them; when a row goes, those below become other rows and must begin anew.
  const [generation, setGeneration] = useState(0);
  const noun1 = noun.toLowerCase();
  return (
    <Stack gap="xs" mt="xs" data-path={path} tabIndex={-1} className={classes.rows}>
      {rows.map((_, index) => (
        <Fieldset
          key={`${generation}-${index}`}
          legend={`${noun} ${index + 1}`}
          p="xs"
          className={classes.row}
        >
          <ActionIcon
            className={classes.remove}
            variant="subtle"
            color="gray"
            aria-label={`Remove ${noun1} ${index + 1}`}
            onClick={() => {
              form.removeListItem(path, index);
              setGeneration((before) => before + 1);
            }}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
          <FormGrid>{children(`${path}.${index}`, index)}</FormGrid>
        </Fieldset>
      ))}
      {error !== undefined && (
        <Text size="sm" c="var(--negative)" role="alert">
          {error}
        </Text>
      )}
      <div>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem(path, empty as never)}
        >
          {`Add ${noun1}`}
        </Button>
      </div>
    </Stack>
  );
}
