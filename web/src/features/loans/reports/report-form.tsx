"use client";

import { Button, Group, Radio, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";

import { Problem } from "@/api/problem";
import { DateField } from "@/components/fields/date-field";
import { LoanSelect } from "@/components/fields/loan-select";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { isDay } from "@/format/parse-date";

import { PartySelect } from "../forms/party-select";
import { ALL_LOANS, type ReportKind, startReport } from "./api/reports";
import { REPORTS } from "./report-words";

/** Asks for a report, and leads to its run. */
export function ReportForm() {
  const router = useRouter();
  const queries = useQueryClient();
  const search = useSearchParams();
  const loan = search.get("loan");
  const [kind, setKind] = useState<ReportKind>(loan === null ? "debt_schedule" : "loan_abstract");
  const [title, setTitle] = useState("");
  const [asOf, setAsOf] = useState("");
  const [since, setSince] = useState("");
  const [loanId, setLoanId] = useState<string | null>(loan);
  const [lenderId, setLenderId] = useState<string | null>(null);
  const [fundId, setFundId] = useState<string | null>(null);
  const [portfolioId, setPortfolioId] = useState<string | null>(null);
  const ofOne = kind === "loan_abstract";
  const ofChanges = kind === "changes";
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () =>
      startReport(kind, {
        title: title.trim() || null,
        asOf: !ofChanges && isDay(asOf) ? asOf : null,
        since: ofChanges && since !== "" ? since : null,
        loanId: ofOne ? loanId : null,
        filter: ofOne ? ALL_LOANS : { ...ALL_LOANS, lenderId, fundId, portfolioId },
      }),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ["reports", "list"] });
      router.push(`/report/?id=${run.id}`);
    },
  });
  const refusal = (field: string): string | undefined =>
    error instanceof Problem ? error.errors.find((fault) => fault.field === field)?.message : undefined;
  const send = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Surface>
      <form onSubmit={send} onChange={reset} noValidate>
        <Stack gap="md">
          <Radio.Group label="Report" value={kind} onChange={(value) => setKind(value as ReportKind)}>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" mt="xs">
              {Object.entries(REPORTS).map(([value, { label, about }]) => (
                <Radio key={value} value={value} label={label} description={about} />
              ))}
            </SimpleGrid>
          </Radio.Group>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {ofOne && <LoanSelect value={loanId} onChange={setLoanId} error={refusal("loanId")} required />}
            {ofChanges ? (
              <DateField
                label="Changes since the end of"
                value={since}
                onChange={setSince}
                error={refusal("since")}
                required
              />
            ) : (
              <DateField
                label="As of"
                description="Rolls balances forward by schedule. Empty: as last recorded."
                value={asOf}
                onChange={setAsOf}
                error={refusal("asOf")}
              />
            )}
            {!ofOne && (
              <>
                <PartySelect kind="lenders" label="Lender" value={lenderId} onChange={setLenderId} />
                <PartySelect kind="funds" label="Fund" value={fundId} onChange={setFundId} />
                <PartySelect
                  kind="portfolios"
                  label="Portfolio"
                  value={portfolioId}
                  onChange={setPortfolioId}
                />
              </>
            )}
            <TextInput
              label="Title"
              description="The heading of the cover."
              placeholder={REPORTS[kind].label}
              value={title}
              maxLength={300}
              onChange={({ currentTarget }) => setTitle(currentTarget.value)}
            />
          </SimpleGrid>
          {error !== null && !(error instanceof Problem && error.status === 422) && (
            <ProblemNotice problem={error} />
          )}
          <Group>
            <Button type="submit" loading={isPending}>
              Make the report
            </Button>
            <Text size="sm" c="dimmed">
              A workbook with formulas for its totals and a PDF, each with a cover.
            </Text>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
