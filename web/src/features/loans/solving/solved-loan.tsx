"use client";

import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconEqualNot,
  type TablerIcon,
} from "@tabler/icons-react";

import type { Schemas } from "@/api/client";
import { Surface } from "@/components/surface";
import { count, counted, date, type Formats, money } from "@/format/format";
import { useFormats } from "@/format/formats";

import { atRate, decision } from "../reconciliation/loan-conventions";
import { SOLVED_FIELDS } from "../reconciliation/reconciliation-words";
import { SolvedRows } from "./solved-rows";

type Solved = Schemas["SolutionView"];

const SHOWN = 6;

const STATUSES: Readonly<Record<string, readonly [words: string, icon: TablerIcon, color: string]>> = {
  matched: ["Matched", IconCircleCheck, "var(--positive)"],
  tied: ["Tied", IconCircleDashed, "var(--mantine-color-text)"],
  differs: ["Differs", IconEqualNot, "var(--negative)"],
  nothingDue: ["Nothing due", IconCircleMinus, "var(--mantine-color-dimmed)"],
  refused: ["Not solved", IconCircleX, "var(--negative)"],
};

/** What was found of one loan's statement, and on demand its rows, reported beside computed. */
export function SolvedLoan({ found, opened: initially }: { found: Solved; opened: boolean }) {
  const formats = useFormats();
  const [opened, { toggle }] = useDisclosure(initially);
  const [words, Icon, color] = STATUSES[found.status] ?? [found.status, IconCircleDashed, "inherit"];
  const named = oneOfEach(found.conventions);
  return (
    <Surface title={found.loan}>
      <Stack gap="sm">
        <Group gap="xs">
          <Text fw={650} style={{ color }}>
            <Icon size={16} aria-hidden style={{ verticalAlign: "-2px", marginInlineEnd: 4 }} />
            {words}
          </Text>
          <Text size="sm" c="dimmed">
            {meaning(found, formats)}
          </Text>
        </Group>
        {named.length > 0 && (
          <List size="sm" withPadding spacing={4} aria-label={`Conventions of ${found.loan}`}>
            {named.slice(0, SHOWN).map((convention) => (
              <List.Item key={convention.group}>
                {convention.words}
                <Text span size="xs" c="dimmed">
                  {atRate(convention.rate, formats)}
                  {convention.payment !== null && `, ${money(convention.payment, formats)}`}
                </Text>
              </List.Item>
            ))}
          </List>
        )}
        {found.conventions.length > named.length && (
          <Text size="xs" c="dimmed">
            {`${counted(found.conventions.length, "convention fits", "conventions fit", formats)} in all; those that agree on every installment to come are named once.`}
          </Text>
        )}
        {found.rows.length > 0 && (
          <Group className="no-print">
            <Button size="xs" variant="default" onClick={toggle} aria-expanded={opened}>
              {opened ? "Hide installments" : "Show installments"}
            </Button>
          </Group>
        )}
        {opened && found.rows.length > 0 && (
          <SolvedRows loan={found.loan} rows={found.rows} difference={found.firstDifference} />
        )}
      </Stack>
    </Surface>
  );
}

function oneOfEach(conventions: Solved["conventions"]): Solved["conventions"] {
  const groups = new Map<number, Solved["conventions"][number]>();
  for (const convention of conventions) {
    if (!groups.has(convention.group)) groups.set(convention.group, convention);
  }
  return [...groups.values()];
}

function meaning(
  { status, problem, firstDifference, decidedBy, matchedRows }: Solved,
  formats: Formats,
): string {
  if (problem !== null) return `${problem}.`;
  if (status === "nothingDue") return "No interest and no principal is reported as due.";
  if (firstDifference !== null) {
    const { field, dueDate, reported, computed } = firstDifference;
    return `${counted(matchedRows, "installment fits", "installments fit", formats)}, then the ${SOLVED_FIELDS[field] ?? field} due on ${date(dueDate, formats)} is ${money(reported, formats)}, not ${money(computed, formats)}.`;
  }
  const all = `To the cent over ${count(matchedRows, formats)} ${matchedRows === 1 ? "installment" : "installments"}.`;
  return decidedBy === null ? all : `${all} ${decision(decidedBy, formats)}`;
}
