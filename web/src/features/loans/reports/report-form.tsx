"use client";

import { Button, Group, Radio, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";

import { refusalOf } from "@/api/problem";
import { DateField } from "@/components/fields/date-field";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";
import { isDay } from "@/format/parse-date";

import { ALL_LOANS, type ReportKind, type ReportParameters, startReport } from "./api/reports";
import { parametersOf, ReportParameterFields } from "./report-parameters";
import { REPORTS } from "./report-words";

/** Asks for a report, and leads to its run. */
export function ReportForm() {
  const router = useRouter();
  const queries = useQueryClient();
  const search = useSearchParams();
  const loan = search.get("loan");
  const [kind, setKind] = useState<ReportKind>(
    search.get("kind") === "overcharges" ? "overcharges" : loan === null ? "debt_schedule" : "loan_abstract",
  );
  const [asked, setAsked] = useState<ReportParameters>({
    title: null,
    filter: ALL_LOANS,
    asOf: null,
    loanId: loan,
    since: null,
  });
  const [asOf, setAsOf] = useState("");
  const [since, setSince] = useState("");
  const ofChanges = kind === "changes";
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: () =>
      startReport(kind, {
        ...parametersOf(kind, asked),
        asOf: !ofChanges && isDay(asOf) ? asOf : null,
        since: ofChanges && since !== "" ? since : null,
      }),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ["reports", "list"] });
      router.push(`/report/?id=${run.id}`);
    },
  });
  const refusal = (field: string) => refusalOf(error, field);
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
                inputWrapperOrder={["label", "input", "description", "error"]}
                value={asOf}
                onChange={setAsOf}
                error={refusal("asOf")}
              />
            )}
            <ReportParameterFields kind={kind} value={asked} onChange={setAsked} refusal={refusal} />
          </SimpleGrid>
          <SaveProblem problem={error} fields={["loanId", "title", ofChanges ? "since" : "asOf"]} />
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
