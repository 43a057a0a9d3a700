"use client";

import { Accordion, Code, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { exactRate, type Formats, money, sentence, UNKNOWN, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Fact, Facts } from "./facts";

type Part = Schemas["ExplainedPart"];

/** How a figure came about: its formula, its inputs and the values in between, folded until somebody asks. */
export function Explained({ explained }: { explained: Schemas["Explanation"] }) {
  return (
    <Accordion variant="contained" bg="var(--surface)">
      <Accordion.Item value="how">
        <Accordion.Control>
          <Text fw={600} size="sm">
            How is this computed
          </Text>
        </Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            <Facts>
              <Fact label="Formula">{explained.formula}</Fact>
              <Fact label="Convention">{explained.convention || UNKNOWN}</Fact>
              <Fact label="Rounding">{explained.rounding || UNKNOWN}</Fact>
            </Facts>
            <Parts parts={explained.inputs} />
            <Parts parts={explained.steps} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function Parts({ parts }: { parts: readonly Part[] }) {
  const formats = useFormats();
  return (
    <Facts>
      {parts.map((part, place) => (
        <Fact key={`${place}-${part.name}`} label={word(part.name)}>
          <Code className="amount" style={{ whiteSpace: "pre-wrap" }}>
            {partWords(part, formats)}
          </Code>
        </Fact>
      ))}
    </Facts>
  );
}

/** A figure in its unit, with all its digits. */
export function partWords({ value, unit }: Part, formats: Formats): string {
  if (value === null) return "Unknown";
  switch (unit) {
    case "dollars":
      return money(value, formats);
    case "fraction":
      return exactRate(value, formats);
    case "times":
      return `${value}x`;
    case "date":
      return sentence(value, formats);
    case "name":
    case "number":
      return value;
    default:
      return `${value} ${unit}`;
  }
}
