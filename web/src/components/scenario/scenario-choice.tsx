"use client";

import { NativeSelect, SimpleGrid, Slider, Text } from "@mantine/core";
import { useId } from "react";

import { Surface } from "@/components/surface";

import { shiftWords } from "./shift-words";

/** The furthest that the slider moves what is projected, in basis points. */
export const MOST_SHIFT = 300;
/** How long a slider has to rest before the server is asked. */
export const PAUSE = 200;
export const FLAT = "flat";

const MARKS = [-300, -200, -100, 0, 100, 200, 300].map((value) => ({ value, label: `${value}` }));

/** How rates go on that are not known yet: by what they are projected, and by how much that is moved. */
export function ScenarioChoice({
  curves,
  scenario,
  onScenario,
  shift,
  onShift,
}: {
  /** What there is beside the last fixing. */
  curves: readonly { readonly value: string; readonly label: string }[];
  scenario: string;
  onScenario: (scenario: string) => void;
  shift: number;
  onShift: (shift: number) => void;
}) {
  const label = useId();
  return (
    <Surface title="What is to come" className="no-print">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        <NativeSelect
          label="Projected by"
          value={scenario}
          onChange={({ currentTarget }) => onScenario(currentTarget.value)}
          data={[{ value: FLAT, label: "The last fixing, which stands" }, ...curves]}
        />
        <div>
          <Text size="sm" fw={500} id={label}>
            {`Moved by basis points: ${shiftWords(shift)}`}
          </Text>
          <Slider
            aria-labelledby={label}
            thumbProps={{ "aria-labelledby": label }}
            min={-MOST_SHIFT}
            max={MOST_SHIFT}
            step={25}
            value={shift}
            onChange={onShift}
            marks={MARKS}
            label={shiftWords}
            mb="lg"
            mx="xs"
          />
        </div>
      </SimpleGrid>
    </Surface>
  );
}
