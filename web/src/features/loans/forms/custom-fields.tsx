"use client";

import { NativeSelect } from "@mantine/core";
import { useState } from "react";

import { useLoanField } from "./form-context";
import { LoanText, LoanWhole } from "./form-fields";
import { LoanRows } from "./form-rows";
import type { CustomValue } from "./form-values";

const NEW_FIELD = { name: "", value: "" };
const KINDS = [
  { value: "text", label: "Text" },
  { value: "number", label: "Whole number" },
  { value: "yes", label: "Yes or no" },
];

/** Fields of the organization's own: a text, a whole number, or yes or no. */
export function CustomFieldRows() {
  return (
    <LoanRows path="customFields" noun="Custom field" empty={NEW_FIELD}>
      {(path) => (
        <>
          <LoanText path={`${path}.name`} label="Name" required />
          <CustomFieldValue path={`${path}.value`} />
        </>
      )}
    </LoanRows>
  );
}

function CustomFieldValue({ path }: { path: string }) {
  const { value, onChange } = useLoanField<CustomValue>(path);
  // What is typed may not be a number yet: the kind is what was chosen, not what stands there at the moment.
  const [kind, setKind] = useState(
    typeof value === "boolean" ? "yes" : typeof value === "number" ? "number" : "text",
  );
  return (
    <>
      <NativeSelect
        label="Kind"
        data={KINDS}
        value={kind}
        onChange={({ currentTarget }) => {
          setKind(currentTarget.value);
          onChange(currentTarget.value === "yes" ? false : currentTarget.value === "number" ? 0 : "");
        }}
      />
      {kind === "text" && <LoanText path={path} label="Value" required />}
      {kind === "number" && <LoanWhole path={path} label="Value" empty={0} />}
      {kind === "yes" && <YesOrNo path={path} />}
    </>
  );
}

function YesOrNo({ path }: { path: string }) {
  const { value, onChange, error, ...rest } = useLoanField<boolean>(path);
  return (
    <NativeSelect
      {...rest}
      label="Value"
      error={error}
      data={["Yes", "No"]}
      value={value ? "Yes" : "No"}
      onChange={({ currentTarget }) => onChange(currentTarget.value === "Yes")}
    />
  );
}
