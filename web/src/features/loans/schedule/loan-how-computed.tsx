"use client";

import { Accordion, Code, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { word } from "@/format/format";

import { Fact, Facts } from "../records/facts";
import { fieldWords } from "../records/field-words";

/** How a schedule was computed, in the server's words, and from what. */
export function HowComputed({ how }: { how: Schemas["HowComputed"] }) {
  const steps = [
    ["Level payment", how.levelPayment],
    ["Interest", how.interest],
    ["Principal", how.principal],
    ["Maturity", how.maturity],
    ["Rounding", how.rounding],
    ["Day count", how.dayCount],
    ["Business days", how.businessDays],
    ...how.assumed.map((words) => ["Assumed", words] as const),
  ] as const;
  return (
    <Accordion variant="contained" bg="var(--surface)">
      <Accordion.Item value="how">
        <Accordion.Control>
          <Text fw={600} size="sm">
            How it was computed
          </Text>
        </Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            <Facts>
              {steps.map(([label, words]) => (
                <Fact key={words + label} label={label}>
                  <span className="amount" style={{ whiteSpace: "pre-line" }}>
                    {words}
                  </span>
                </Fact>
              ))}
            </Facts>
            <Facts>
              {how.inputs.map(({ name, value }) => (
                <Fact key={name} label={word(name)}>
                  <Code className="amount">{value}</Code>
                </Fact>
              ))}
            </Facts>
            <Ignored how={how} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** The terms that are kept and that no schedule is computed from, by name. */
export function Ignored({ how }: { how: Schemas["HowComputed"] }) {
  if (how.ignored.length === 0) return null;
  const names = how.ignored.map(({ name }) => fieldWords(name, new Map())).join(", ");
  return <Text size="sm">{`Kept, and not computed from: ${names}.`}</Text>;
}
