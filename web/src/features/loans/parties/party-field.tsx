"use client";

import { DecimalField } from "@/components/fields/decimal-field";
import { PartySelect } from "@/components/fields/party-select";
import { useFormats } from "@/format/formats";
import { grouped } from "@/format/numerals";
import { parseAmount } from "@/format/parse";

import { useLoanField } from "../forms/form-context";
import {
  LoanChoice,
  LoanDate,
  LoanDecimal,
  LoanMoney,
  LoanPercent,
  LoanText,
  LoanTextarea,
  LoanTexts,
  LoanWhole,
} from "../forms/form-fields";
import type { Field } from "../records/shape";

/** The input of a field, as its kind is written; `path` is where it stands in the form. */
export function PartyField({ field, path = field.path }: { field: Field; path?: string }) {
  const { label, kind, options = [], required, description } = field;
  const input = { path, label, required, description };
  switch (kind) {
    case "text":
      return <LoanText {...input} />;
    case "paragraph":
      return <LoanTextarea {...input} />;
    case "money":
      return <LoanMoney {...input} />;
    case "percent":
      return <LoanPercent {...input} />;
    case "ratio":
      return <LoanDecimal {...input} />;
    case "measure":
      return <Measure path={path} label={label} />;
    case "number":
    case "year":
      return <LoanWhole {...input} />;
    case "choice":
      return <LoanChoice {...input} options={options} />;
    case "date":
      return <LoanDate {...input} />;
    case "tags":
      return <LoanTexts {...input} />;
    case "portfolio":
      return <PortfolioChoice path={path} label={label} />;
  }
}

/** An area: grouped, at most two decimals, without a unit of money. */
function Measure({ path, label }: { path: string; label: string }) {
  const { locale } = useFormats();
  const field = useLoanField<string | null>(path);
  return (
    <DecimalField
      {...field}
      label={label}
      parse={(text) => parseAmount(text, locale)}
      show={(value) => grouped(value, 0, locale)}
      hint={`Write a number such as ${grouped("12500", 0, locale)}`}
      value={field.value ?? ""}
      onChange={(text) => field.onChange(text === "" ? null : text)}
    />
  );
}

function PortfolioChoice({ path, label }: { path: string; label: string }) {
  const field = useLoanField<string | null>(path);
  return <PartySelect kind="portfolios" {...field} label={label} />;
}
