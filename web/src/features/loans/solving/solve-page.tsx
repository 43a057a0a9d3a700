"use client";

import { Button, Code, FileInput, Group, Stack, Text } from "@mantine/core";
import { IconFileSearch, IconUpload } from "@tabler/icons-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";

import { EmptyState } from "@/components/empty-state";
import { LoanSelect } from "@/components/fields/loan-select";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import { OverchargesTable } from "../reconciliation/overcharges-table";
import { useSolve } from "./api/solve";
import { SolvedLoan } from "./solved-loan";

const COLUMNS = "dueDate, beginningBalance, interest, principal, endingBalance";

/** A lender's statement held against every convention that lenders use; with a loan, beside its terms. */
export function SolvePage() {
  const search = useSearchParams();
  const [file, setFile] = useState<File | null>(null);
  const [loanId, setLoanId] = useState<string | null>(search.get("loan"));
  const solve = useSolve();
  const found = solve.data;
  return (
    <Page
      title="Check a statement"
      subtitle="Find the day count, dates, rounding and payment that a lender computed it by"
    >
      <Surface title="Statement">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (file !== null) solve.mutate({ file, loanId });
          }}
        >
          <Stack gap="sm" maw={560}>
            <FileInput
              label="File"
              description="CSV, EX-102 or ABS-EE periods, up to 4 MB and 200 loans"
              placeholder="Choose a file"
              accept=".csv,.xml,.txt"
              styles={{ placeholder: { color: "var(--mantine-color-dimmed)" } }}
              leftSection={<IconUpload size={16} aria-hidden />}
              value={file}
              onChange={(chosen) => {
                setFile(chosen);
                solve.reset();
              }}
              clearable
              clearButtonProps={{ "aria-label": "Choose no file" }}
            />
            <LoanSelect
              value={loanId}
              onChange={(id) => {
                setLoanId(id);
                solve.reset();
              }}
              description="Optional: its terms are then what is known, and what was billed stands beside them"
            />
            <Text size="xs" c="dimmed">
              {"A CSV has the columns "}
              <Code>{COLUMNS}</Code>
              {". Any but the date may be blank; a column loan parts several loans. Nothing is stored."}
            </Text>
            <Group>
              <Button
                type="submit"
                disabled={file === null}
                loading={solve.isPending}
                leftSection={<IconFileSearch size={16} aria-hidden />}
              >
                Check
              </Button>
            </Group>
            {solve.error !== null && <ProblemNotice problem={solve.error} />}
          </Stack>
        </form>
      </Surface>
      {found === undefined && !solve.isPending && solve.error === null && (
        <Surface>
          <EmptyState title="No statement checked yet">
            Choose a file to see which conventions reproduce it to the cent, or where it first differs.
          </EmptyState>
        </Surface>
      )}
      {found !== undefined && (
        <Stack gap="md" role="status" aria-label="Result">
          {found.loans.map((loan) => (
            <SolvedLoan key={loan.loan} found={loan} opened={found.loans.length === 1} />
          ))}
          {found.overcharges !== null && (
            <Surface title="Billed beside the terms">
              <OverchargesTable found={found.overcharges} />
            </Surface>
          )}
          <Text size="xs" c="dimmed">{`Tolerance: ${found.tolerance}.`}</Text>
        </Stack>
      )}
    </Page>
  );
}
