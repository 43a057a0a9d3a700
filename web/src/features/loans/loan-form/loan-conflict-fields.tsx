"use client";

import { Radio, Text, UnstyledButton } from "@mantine/core";
import { useId } from "react";

import { useFormats } from "@/format/formats";

import { fieldWords, type Names, valueWords } from "../records/field-words";
import type { Choices, Difference, Side } from "../records/merge";
import classes from "./loan-conflict.module.css";

const CHANGED = { mine: "You changed it", theirs: "They changed it", both: "Both changed it" } as const;

/** Each differing field with what I wrote beside what they saved. */
export function LoanConflictFields({
  differences,
  choices,
  names,
  onChoose,
}: {
  differences: readonly Difference[];
  choices: Choices;
  names: Names;
  onChoose: (path: string, side: Side) => void;
}) {
  return (
    <div className={classes.fields}>
      {differences.map((difference) => (
        <Field
          key={difference.path}
          difference={difference}
          choice={choices[difference.path]}
          names={names}
          onChoose={(side) => onChoose(difference.path, side)}
        />
      ))}
    </div>
  );
}

function Field({
  difference: { path, base, mine, theirs, changed },
  choice,
  names,
  onChoose,
}: {
  difference: Difference;
  choice: Side | undefined;
  names: Names;
  onChoose: (side: Side) => void;
}) {
  const formats = useFormats();
  const label = useId();
  const name = useId();
  const words = (value: Difference["mine"]) => valueWords(path, value, formats, names);
  const sides = [
    ["mine", "Mine", mine],
    ["theirs", "Theirs", theirs],
  ] as const;
  return (
    <div
      role="radiogroup"
      aria-labelledby={label}
      className={classes.field}
      data-open={choice === undefined || undefined}
    >
      <div>
        <Text size="sm" fw={600} id={label} style={{ overflowWrap: "anywhere" }}>
          {fieldWords(path, names)}
        </Text>
        <Text size="xs" c="dimmed">
          {CHANGED[changed]}
          {", before "}
          <span className="amount">{words(base).join(", ")}</span>
        </Text>
      </div>
      {sides.map(([side, title, value]) => (
        <UnstyledButton
          key={side}
          component="label"
          className={classes.side}
          data-chosen={choice === side || undefined}
        >
          <Radio
            size="xs"
            name={name}
            checked={choice === side}
            onChange={() => onChoose(side)}
            aria-label={`${title}: ${words(value).join(", ")}`}
          />
          <span className={classes.words}>
            <Text span size="xs" c="dimmed" display="block">
              {title}
            </Text>
            {words(value).map((line, index) => (
              <span key={index} className="amount" style={{ display: "block" }}>
                {line}
              </span>
            ))}
          </span>
        </UnstyledButton>
      ))}
    </div>
  );
}
