"use client";

import { Button, Checkbox, Group, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./filter-bar.module.css";
import type { Choice } from "./filter-words";

const SEARCHED_FROM = 9;

/** The next choice as a function of the present one: the second of two quick choices has not seen the first. */
export type Change = (before: readonly string[]) => readonly string[];

/** What a filter can be set to, as a list to check. */
export function Choices({
  label,
  chosen,
  choices,
  further,
  onChange,
  onClose,
}: {
  label: string;
  chosen: readonly string[];
  choices: readonly Choice[];
  further: number;
  onChange: (change: Change) => void;
  onClose: () => void;
}) {
  const formats = useFormats();
  const [sought, setSought] = useState("");
  const words = sought.trim().toLocaleLowerCase();
  const found = choices.filter((choice) => choice.label.toLocaleLowerCase().includes(words));
  return (
    <Stack gap="xs">
      {choices.length >= SEARCHED_FROM && (
        <TextInput
          size="xs"
          placeholder={`Find a ${label.toLowerCase()}`}
          aria-label={`Find a ${label.toLowerCase()}`}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <ScrollArea.Autosize mah={320} type="auto" offsetScrollbars="y">
        <Stack gap={2} role="group" aria-label={label}>
          {found.map((choice) => (
            <Checkbox
              key={choice.key}
              checked={chosen.includes(choice.key)}
              onChange={() => onChange(toggled(choice.key))}
              size="xs"
              classNames={{
                root: classes.choice,
                body: classes.choiceBody,
                labelWrapper: classes.choiceText,
              }}
              label={
                <Group gap="xs" wrap="nowrap" justify="space-between">
                  <span className={classes.choiceName} title={choice.label}>
                    {choice.label}
                  </span>
                  <Text span inherit c="dimmed" aria-label={loansWords(choice.loans)}>
                    {count(choice.loans, formats)}
                  </Text>
                </Group>
              }
            />
          ))}
        </Stack>
        {found.length === 0 && (
          <Text size="sm" c="dimmed">
            {choices.length === 0 ? "None." : "No matches."}
          </Text>
        )}
        {further > 0 && (
          <Text size="xs" c="dimmed" mt="xs">
            {`The ${count(choices.length, formats)} with the largest balances; ${count(further, formats)} more are not listed.`}
          </Text>
        )}
      </ScrollArea.Autosize>
      <Group justify="space-between">
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          disabled={chosen.length === 0}
          onClick={() => onChange(none)}
        >
          Clear
        </Button>
        <Button size="compact-xs" variant="light" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

const none: Change = () => [];

const toggled =
  (key: string): Change =>
  (before) =>
    before.includes(key) ? before.filter((other) => other !== key) : [...before, key];

const loansWords = (loans: number): string => `${loans} ${loans === 1 ? "loan" : "loans"}`;
