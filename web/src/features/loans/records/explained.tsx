"use client";

import { Accordion, Code, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { explainedValue } from "@/components/explained/explained-value";
import { UNKNOWN, word } from "@/format/format";
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
            {explainedValue(part, formats)}
          </Code>
        </Fact>
      ))}
    </Facts>
  );
}
