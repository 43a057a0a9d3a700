"use client";

import { List, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { Surface } from "@/components/surface";
import { count, date, money, percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import { SOLVED_FIELDS } from "./reconciliation-words";

type Reproduction = Schemas["Reproduction"];

const TITLES: Readonly<Record<string, string>> = {
  matched: "The reported figures follow another convention than the terms",
  tied: "The reported figures follow one of several other conventions",
  partly: "The first reported figures follow another convention than the terms",
};

/** By which conventions the reported figures come out to the cent, where they do not by the loan's terms. */
export function LoanConventions({ found }: { found: Reproduction }) {
  const formats = useFormats();
  const { status, conventions, installments, decidedBy } = found;
  return (
    <Surface title={TITLES[status] ?? TITLES.matched}>
      <Stack gap="sm">
        <List size="sm" spacing={6} withPadding aria-label="Conventions that fit">
          {conventions.map((convention) => (
            <List.Item key={convention.group}>
              {convention.words}
              <Text span size="xs" c="dimmed">
                {` at ${percent(convention.rate, formats, 5)}`}
                {convention.payment !== null && `, ${money(convention.payment, formats)}`}
              </Text>
            </List.Item>
          ))}
        </List>
        <Text size="xs" c="dimmed">
          {`To the cent over ${count(installments, formats)} ${installments === 1 ? "installment" : "installments"}. `}
          {decidedBy != null &&
            `They part with the ${SOLVED_FIELDS[decidedBy.field] ?? decidedBy.field} due on ${date(decidedBy.dueDate, formats)}: ${[...new Set(decidedBy.values)].map((value) => money(value, formats)).join(" or ")}.`}
        </Text>
      </Stack>
    </Surface>
  );
}
