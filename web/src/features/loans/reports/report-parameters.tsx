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
      {isOfOneLoan(kind, value) ? (
        <LoanSelect
          value={value.loanId}
          onChange={(loanId) => onChange({ ...value, loanId })}
          error={refusal("loanId")}
          required={kind === "loan_abstract"}
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

/** Whether a report is of one loan: an abstract always is, overcharges may be. */
const isOfOneLoan = (kind: ReportKind, { loanId }: ReportParameters): boolean =>
  kind === "loan_abstract" || (kind === "overcharges" && loanId !== null);

/** What is asked of a kind: of one loan, or of the loans that a filter leaves. */
export const parametersOf = (kind: ReportKind, value: ReportParameters): ReportParameters => ({
  ...value,
  title: value.title?.trim() || null,
  loanId: isOfOneLoan(kind, value) ? value.loanId : null,
  filter: isOfOneLoan(kind, value) ? ALL_LOANS : value.filter,
});
