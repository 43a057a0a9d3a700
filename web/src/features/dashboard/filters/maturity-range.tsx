"use client";

import { Button, Group, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { DateField } from "@/components/fields/date-field";
import { isDay } from "@/format/parse-date";

/** Two days, one of which may be left open; they hold once they are applied. */
export function MaturityRange({
  from,
  to,
  onChange,
}: {
  from: string;
  to: string;
  onChange: (from: string, to: string) => void;
}) {
  const [first, setFirst] = useState(from);
  const [last, setLast] = useState(to);
  const clear = [first, last].every((text) => text === "" || isDay(text));
  const backwards = clear && first !== "" && last !== "" && last < first;
  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (clear && !backwards) onChange(first, last);
  };
  return (
    <form onSubmit={apply}>
      <Stack gap="xs">
        <DateField size="xs" label="Matures from" value={first} onChange={setFirst} data-autofocus />
        <DateField
          size="xs"
          label="Matures to"
          value={last}
          onChange={setLast}
          error={backwards ? "This is before the first day." : undefined}
        />
        <Group justify="flex-end">
          <Button size="compact-sm" type="submit">
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
