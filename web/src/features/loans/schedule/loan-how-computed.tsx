"use client";

import { Accordion, Code, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { word } from "@/format/format";

import { Fact, Facts } from "../records/facts";

/** How a schedule was computed, in the server's words, and from what. */
export function HowComputed({ how }: { how: Schemas["HowComputed"] }) {
  const steps = [
    ["Level payment", how.levelPayment],
    ["Interest", how.interest],
    ["Principal", how.principal],
    ["Maturity", how.maturity],
    ["Rounding", how.rounding],
    ["Day count", how.dayCount],
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
                <Fact key={label} label={label}>
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
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
