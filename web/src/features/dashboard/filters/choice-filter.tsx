"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";

import type { Change } from "./choices";
import { FilterPill } from "./filter-pill";
import { type Choice, FIELD_WORDS } from "./filter-words";
import type { ChoiceField } from "./filters";

const Choices = dynamic(() => import("./choices").then((part) => part.Choices), {
  loading: () => <Waiting />,
});

const NAMED_IN_PILL = 2;

/** A filter whose values are chosen from a list; each choice holds at once. */
export function ChoiceFilter({
  field,
  chosen,
  choices,
  further,
  onChange,
}: {
  field: ChoiceField;
  chosen: readonly string[];
  choices: readonly Choice[];
  /** How many more values there are than the list has. */
  further: number;
  onChange: (change: Change) => void;
}) {
  const { label } = FIELD_WORDS[field];
  return (
    <FilterPill label={label} value={summary(choices, chosen)} onRemove={() => onChange(none)}>
      {(close) => (
        <Choices
          label={label}
          chosen={chosen}
          choices={choices}
          further={further}
          onChange={onChange}
          onClose={close}
        />
      )}
    </FilterPill>
  );
}

const none: Change = () => [];

/** `Office, Retail +2`, null where nothing is chosen. */
function summary(choices: readonly Choice[], chosen: readonly string[]): string | null {
  if (chosen.length === 0) return null;
  const labels = chosen.map((key) => choices.find((choice) => choice.key === key)?.label ?? key);
  const named = labels.slice(0, NAMED_IN_PILL).join(", ");
  return labels.length > NAMED_IN_PILL ? `${named} +${labels.length - NAMED_IN_PILL}` : named;
}
