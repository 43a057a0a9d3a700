"use client";

import { Group, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";

import { writeSearch } from "@/components/address";

import { FIGURE_WORDS, type FigureName } from "../figures/figure-words";
import { monthsBefore } from "./api/history";
import { type Asked, askedChanges, BEGINNING, isMonth } from "./history-address";

const FIGURES = Object.entries(FIGURE_WORDS).map(([value, { label }]) => ({ value, label }));

/** Which figures, and over which months. */
export function HistoryControls({ asked, reported }: { asked: Asked; reported: string }) {
  const [first, second] = asked.figures;
  const ranges = [
    { label: "1 y", value: monthsBefore(reported, 12) },
    { label: "5 y", value: monthsBefore(reported, 60) },
    { label: "All", value: BEGINNING },
  ];
  const write = (change: Parameters<typeof askedChanges>[0]) => writeSearch(askedChanges(change));
  return (
    <Group gap={6} mb="xs" className="no-print">
      <NativeSelect
        size="xs"
        w={150}
        aria-label="Figure"
        data={FIGURES}
        value={first}
        onChange={({ currentTarget: { value } }) =>
          write({ figures: [value as FigureName, ...(second && second !== value ? [second] : [])] })
        }
      />
      <NativeSelect
        size="xs"
        w={150}
        aria-label="Second figure"
        data={[{ value: "", label: "Compare with…" }, ...FIGURES.filter(({ value }) => value !== first)]}
        value={second ?? ""}
        onChange={({ currentTarget: { value } }) =>
          write({ figures: value === "" ? [first] : [first, value as FigureName] })
        }
      />
      <SegmentedControl
        size="xs"
        aria-label="Range"
        data={ranges}
        value={asked.to === undefined ? asked.from : ""}
        onChange={(from) => write({ from, to: "" })}
      />
      <MonthInput
        label="From month"
        value={asked.from === BEGINNING ? "" : asked.from}
        onChange={(from) => write({ from })}
      />
      <MonthInput label="To month" value={asked.to ?? ""} onChange={(to) => write({ to })} />
    </Group>
  );
}

/** A month as `2030-11`: what is being typed stays as it is typed, and holds once it is a month. */
function MonthInput({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (month: string) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      size="xs"
      w={86}
      aria-label={label}
      placeholder="YYYY-MM"
      maxLength={7}
      value={typed ?? value}
      error={typed !== null && typed.length === 7 && !isMonth(typed)}
      onChange={({ currentTarget: { value: text } }) => {
        setTyped(text);
        if (text === "" || isMonth(text)) onChange(text);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
