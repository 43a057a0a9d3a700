"use client";

import { ActionIcon, Popover, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";
import type { Formats } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./explained.module.css";
import { explainedValue } from "./explained-value";

type Part = Schemas["ExplainedPart"];

/** A button that says how a figure came about: formula, inputs, what came between, convention and rounding. */
export function HowComputed({ name, how }: { name: string; how: Schemas["Explanation"] | undefined }) {
  const formats = useFormats();
  if (how === undefined) return null;
  const label = `How is ${name} computed`;
  return (
    <Popover width={360} position="bottom-start" shadow="lg" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={label}
          title={label}
          className="no-print"
        >
          <IconInfoCircle size={15} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown
        aria-label={label}
        maw="calc(100vw - 1.5rem)"
        mah="min(32rem, calc(100dvh - 1.5rem))"
        style={{ overflowY: "auto" }}
        tabIndex={-1}
        data-autofocus
      >
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            {how.formula}
          </Text>
          <Parts parts={how.inputs} formats={formats} />
          <Parts parts={how.steps} formats={formats} />
          {how.convention !== "" && <Text size="xs">{`Convention: ${how.convention}.`}</Text>}
          {how.rounding !== "" && <Text size="xs">{`Rounding: ${how.rounding}.`}</Text>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Parts({ parts, formats }: { parts: readonly Part[]; formats: Formats }) {
  if (parts.length === 0) return null;
  return (
    <dl className={classes.parts}>
      {parts.map((part, index) => (
        <div key={`${index} ${part.name}`}>
          <dt>{part.name}</dt>
          <dd className={part.unit === "dollars" ? "amount" : undefined}>{explainedValue(part, formats)}</dd>
        </div>
      ))}
    </dl>
  );
}
