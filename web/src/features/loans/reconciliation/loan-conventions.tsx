"use client";

import { Button, Group, List, Stack, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";

import { idempotencyKey, type Schemas } from "@/api/client";
import { useMay } from "@/api/me";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { showUndo } from "@/components/undo";
import { count, date, money, percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useAdoptConvention, useRestoreEarlier } from "../records/api/loan-changes";
import type { Loan } from "../records/loan-draft";
import { SOLVED_FIELDS } from "./reconciliation-words";

type Convention = Schemas["ConventionView"];

const TITLES: Readonly<Record<string, string>> = {
  matched: "The reported figures follow another convention than the terms",
  tied: "The reported figures follow one of several other conventions",
  partly: "The first reported figures follow another convention than the terms",
};

/**
 * By which conventions the reported figures come out to the cent, where they do not by the loan's terms. Who may
 * change the loan makes one of them its terms with one press, and can take it back.
 */
export function LoanConventions({ loan, found }: { loan: Loan; found: Schemas["Reproduction"] }) {
  const formats = useFormats();
  const mayWrite = useMay("portfolio.write");
  const adopt = useAdoptConvention(loan.id);
  const restore = useRestoreEarlier(loan.id);
  const { status, conventions, installments, decidedBy } = found;
  const take = (convention: Convention) =>
    adopt.mutate(
      { convention, version: loan.version },
      {
        onSuccess: () =>
          showUndo(`${loan.number} now follows ${convention.words}`, () =>
            restore.mutateAsync({ version: loan.version, key: idempotencyKey() }),
          ),
      },
    );
  return (
    <Surface title={TITLES[status] ?? TITLES.matched}>
      <Stack gap="sm">
        <List listStyleType="none" spacing="sm" aria-label="Conventions that fit">
          {conventions.map((convention) => (
            <List.Item key={convention.group}>
              <Group justify="space-between" gap="sm">
                <Text size="sm" style={{ flex: "1 1 16rem" }}>
                  {convention.words}
                  <Text span size="xs" c="dimmed">
                    {atRate(convention.rate, formats)}
                    {convention.payment !== null && `, ${money(convention.payment, formats)}`}
                  </Text>
                </Text>
                {mayWrite && (
                  <Button
                    size="xs"
                    variant="default"
                    className="no-print"
                    leftSection={<IconCheck size={14} aria-hidden />}
                    loading={adopt.isPending}
                    onClick={() => take(convention)}
                    aria-label={`Use as the loan’s terms: ${convention.words}`}
                  >
                    Use as the loan’s terms
                  </Button>
                )}
              </Group>
            </List.Item>
          ))}
        </List>
        {adopt.error !== null && <ProblemNotice problem={adopt.error} />}
        <Text size="xs" c="dimmed">
          {`To the cent over ${count(installments, formats)} ${installments === 1 ? "installment" : "installments"}.`}
          {decidedBy !== undefined && ` ${decision(decidedBy, formats)}`}
        </Text>
      </Stack>
    </Surface>
  );
}

/** At which rate figures follow a convention; a floating loan has one for each month. */
export function atRate(rate: Convention["rate"], formats: ReturnType<typeof useFormats>): string {
  return rate === null ? " at the rate of each month" : ` at ${percent(rate, formats, 5)}`;
}

/** Which installment to come decides between conventions that fit alike. */
export function decision(
  { field, dueDate, values }: Schemas["DecisionView"],
  formats: ReturnType<typeof useFormats>,
): string {
  const amounts = [...new Set(values)].map((value) => money(value, formats)).join(" or ");
  return `The ${SOLVED_FIELDS[field] ?? field} due on ${date(dueDate, formats)} decides between them: ${amounts}.`;
}
