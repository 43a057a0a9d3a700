"use client";

import { TextInput } from "@mantine/core";

import { LoanSelect } from "@/components/fields/loan-select";
import { PartySelect } from "@/components/fields/party-select";

import { ALL_LOANS, type ReportKind, type ReportParameters } from "./api/reports";
import { REPORTS } from "./report-words";

/** Which loans a report is of, and its title. `refusal` is the reason why a field is refused. */
export function ReportParameterFields({
  kind,
  value,
  onChange,
  refusal,
}: {
  kind: ReportKind;
  value: ReportParameters;
  onChange: (value: ReportParameters) => void;
  refusal: (field: string) => string | undefined;
}) {
  const { filter } = value;
  const only = (part: Partial<ReportParameters["filter"]>) =>
    onChange({ ...value, filter: { ...filter, ...part } });
  return (
    <>
      {kind === "loan_abstract" ? (
        <LoanSelect
          value={value.loanId}
          onChange={(loanId) => onChange({ ...value, loanId })}
          error={refusal("loanId")}
          required
        />
      ) : (
        <>
          <PartySelect
            kind="lenders"
            label="Lender"
            value={filter.lenderId}
            onChange={(lenderId) => only({ lenderId })}
          />
          <PartySelect
            kind="funds"
            label="Fund"
            value={filter.fundId}
            onChange={(fundId) => only({ fundId })}
          />
          <PartySelect
            kind="portfolios"
            label="Portfolio"
            value={filter.portfolioId}
            onChange={(portfolioId) => only({ portfolioId })}
          />
        </>
      )}
      <TextInput
        label="Title"
        description="The heading of the cover."
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder={REPORTS[kind].label}
        value={value.title ?? ""}
        maxLength={300}
        onChange={({ currentTarget }) => onChange({ ...value, title: currentTarget.value || null })}
        error={refusal("title")}
      />
    </>
  );
}

/** What is asked of a kind: an abstract is of one loan, all others of loans that a filter leaves. */
export const parametersOf = (kind: ReportKind, value: ReportParameters): ReportParameters => ({
  ...value,
  title: value.title?.trim() || null,
  loanId: kind === "loan_abstract" ? value.loanId : null,
  filter: kind === "loan_abstract" ? ALL_LOANS : value.filter,
});
