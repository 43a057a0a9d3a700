"use client";

import { NumberInput, Select, SimpleGrid, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";

import { DecimalField } from "@/components/fields/decimal-field";
import { MoneyField } from "@/components/fields/money-field";
import { PercentField } from "@/components/fields/percent-field";
import { useFormats } from "@/format/formats";
import { marked } from "@/format/numerals";
import { parseDecimal } from "@/format/parse";

import { KINDS as DATE_KINDS, options } from "../dates/date-words";
import type { DateKind, Figure, Side } from "./api/rules";
import type { RuleValues } from "./rule-values";
import { AGEING, FIGURES, sideWords, type Unit } from "./rule-words";

type Form = UseFormReturnType<RuleValues>;

const FIGURE_OPTIONS = Object.entries(FIGURES).map(([value, { label }]) => ({ value, label }));
const SIDES: readonly Side[] = ["below", "above"];
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a rule watches: the fields of its kind. */
export function RuleCondition({ form }: { form: Form }) {
  switch (form.values.kind) {
    case "threshold":
      return <Threshold form={form} />;
    case "change":
      return <Change form={form} />;
    case "days_before":
      return <DaysBefore form={form} />;
  }
}

function Threshold({ form }: { form: Form }) {
  const { figure, side } = form.values;
  const { unit } = FIGURES[figure];
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <FigureSelect form={form} />
        <Select
          label="Is"
          data={SIDES.map((value) => ({ value, label: capital(sideWords(value, unit)) }))}
          value={side}
          onChange={(value) => value !== null && form.setFieldValue("side", value as Side)}
          allowDeselect={false}
          error={form.errors.side}
        />
        <ValueField form={form} field="threshold" label="Threshold" unit={unit} required />
      </SimpleGrid>
      <ValueField
        form={form}
        field="clearsAt"
        label="Told again only after it was back at"
        description="Empty: the threshold. A distance keeps a figure quiet that swings around it."
        unit={unit}
      />
    </>
  );
}

function Change({ form }: { form: Form }) {
  const { figure, relative } = form.values;
  const { unit } = FIGURES[figure];
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <FigureSelect form={form} />
        <ValueField
          form={form}
          field="step"
          label={
            relative
              ? "Moves by this part of it"
              : unit === "percentage"
                ? "Moves by percentage points"
                : "Moves by"
          }
          unit={relative ? "percentage" : unit}
          ageing={false}
          required
        />
      </SimpleGrid>
      {unit !== "days" && (
        <Switch
          label="As a part of the figure"
          {...form.getInputProps("relative", { type: "checkbox" })}
          onChange={({ currentTarget: { checked } }) => form.setValues({ relative: checked, step: "" })}
        />
      )}
    </>
  );
}

function DaysBefore({ form }: { form: Form }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label="Date"
        data={options(DATE_KINDS)}
        value={form.values.dateKind}
        onChange={(value) => value !== null && form.setFieldValue("dateKind", value as DateKind)}
        allowDeselect={false}
        error={form.errors.dateKind}
      />
      <NumberInput
        label="Days before"
        required
        min={0}
        allowDecimal={false}
        clampBehavior="none"
        {...form.getInputProps("days")}
      />
    </SimpleGrid>
  );
}

function FigureSelect({ form }: { form: Form }) {
  const { figure } = form.values;
  const choose = (next: Figure) => {
    // A number in another unit is another number.
    const same = FIGURES[next].unit === FIGURES[figure].unit;
    form.setValues({
      figure: next,
      ...(same ? {} : { threshold: "", clearsAt: "", step: "", relative: false }),
    });
  };
  return (
    <Select
      label="Figure"
      data={FIGURE_OPTIONS}
      value={figure}
      onChange={(value) => value !== null && choose(value as Figure)}
      allowDeselect={false}
      error={form.errors.figure}
    />
  );
}

/** A number in the figure's unit; `ageing` offers the statuses that days past due stand for. */
function ValueField({
  form,
  field,
  unit,
  ageing = true,
  ...input
}: {
  form: Form;
  field: "threshold" | "clearsAt" | "step";
  unit: Unit;
  ageing?: boolean;
  label: string;
  description?: string;
  required?: boolean;
}): ReactNode {
  const { locale } = useFormats();
  const value = form.values[field];
  const props = {
    ...input,
    value,
    onChange: (next: string) => form.setFieldValue(field, next),
    error: form.errors[field],
  };
  if (unit === "currency") return <MoneyField {...props} />;
  if (unit === "percentage") return <PercentField {...props} />;
  if (unit === "days" && ageing) {
    return (
      <Select
        {...props}
        data={options(AGEING)}
        value={value === "" ? null : String(Number(value))}
        onChange={(next) => props.onChange(next ?? "")}
        clearable={!input.required}
        clearButtonProps={{ "aria-label": "Clear the choice" }}
      />
    );
  }
  return (
    <DecimalField
      {...props}
      parse={(text) => parseDecimal(text.trim().replace(/x$/i, ""), locale)}
      show={(shown) => marked(shown, locale)}
      hint={unit === "ratio" ? "Enter a ratio, e.g. 1.25" : "Enter a number of days, e.g. 30"}
      rightSection={<span aria-hidden>{unit === "ratio" ? "x" : "days"}</span>}
      rightSectionWidth={unit === "ratio" ? undefined : 56}
      rightSectionPointerEvents="none"
    />
  );
}
