"use client";

import { Button, Group, ScrollArea, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { ProblemNotice } from "@/components/problem-notice";
import { HowComputed } from "@/components/explained/how-computed";
import { SliderFields } from "@/components/sizing/slider-field";
import { CASE, NEW_LOAN } from "@/components/sizing/sliders";
import { useSliders } from "@/components/sizing/use-sliders";
import { Surface } from "@/components/surface";
import { date, type Formats, percent, ratio, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Fact, Facts } from "../records/facts";
import type { Loan } from "../records/loan-draft";
import { LoanNotice } from "../records/notice";
import { type Refinance, refinanceQuery } from "./api/refinance";

const SLIDERS = [...NEW_LOAN, ...CASE];
const TESTS: Readonly<Record<Schemas["SizingTest"], string>> = {
  ltv: "LTV",
  dscr: "DSCR",
  debt_yield: "Debt yield",
  ltc: "LTC",
  icr: "ICR",
};

/** The loan’s balloon on the day it is due beside the loan that could replace it, under sliders. */
export function LoanRefinance({ loan }: { loan: Loan }) {
  const { positions, asked, move, reset, moved } = useSliders(SLIDERS);
  const { data, error, refetch, isPlaceholderData } = useQuery(refinanceQuery(loan.id, asked));
  return (
    <Stack gap="md">
      <Surface
        title="Assumptions"
        actions={
          moved && (
            <Button size="compact-sm" variant="default" onClick={reset}>
              Reset
            </Button>
          )
        }
      >
        <SliderFields label="Assumptions" sliders={SLIDERS} positions={positions} onMove={move} />
        {data !== undefined && <Assumed data={data} />}
      </Surface>
      {error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={360} />}
      {data !== undefined && (
        <Stack gap="md" aria-busy={isPlaceholderData} aria-live="polite">
          <Outcome data={data} />
          {data.sizing !== null && <Limits sizing={data.sizing} />}
        </Stack>
      )}
    </Stack>
  );
}

/** What else the server assumed, which no slider says. */
function Assumed({ data }: { data: Refinance }) {
  const formats = useFormats();
  const others = data.assumptions.filter(
    ({ name, value }) => value !== null && !SLIDERS.some((slider) => slider.name === name),
  );
  return (
    <Text size="xs" c="dimmed" mt="xs">
      {`Also assumed: ${others.map((each) => assumedWords(each, formats)).join(", ")}.`}
    </Text>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  amortizationMonths: "amortization in months",
  dayCount: "day count",
  costRate: "costs of the new loan",
  fixedCosts: "fixed costs",
  rateFloor: "rate floor",
};

function assumedWords({ name, value, unit }: Schemas["Assumption"], formats: Formats): string {
  return `${WORDS[name] ?? name} ${unit === "fraction" ? percent(value, formats) : value}`;
}

function Outcome({ data }: { data: Refinance }) {
  const formats = useFormats();
  const how = data.explained ?? {};
  return (
    <Surface title={`Refinance on ${date(data.on, formats)}`}>
      {data.unknown.length > 0 && (
        <LoanNotice color="gray" p="xs" mb="xs">
          {`Not available: ${data.unknown.join("; ")}.`}
        </LoanNotice>
      )}
      {data.financeable !== null && (
        <Text fw={620} fz="lg" mb="xs" component="div">
          {data.financeable ? "Financeable" : "Not financeable: equity of "}
          {!data.financeable && <Amount value={data.gap} />}
          {!data.financeable && " is missing"}
        </Text>
      )}
      {data.maturityKind === "anticipated_repayment" && (
        <Text size="sm" mb="xs">
          {`Expected on its anticipated repayment date; its maturity is ${date(data.maturityDate, formats)}.`}
        </Text>
      )}
      {data.extended && (
        <Text size="sm" mb="xs">
          {`Extended from ${date(data.maturityDate, formats)} by an exercised option.`}
        </Text>
      )}
      <Facts>
        <Figure label="Balloon" figure={data.balloon} how={how.balloon} />
        <Figure label="NOI" figure={data.income} how={how.income} />
        <Figure label="Value" figure={data.value} how={how.value} />
        <Fact label="New loan">
          {data.sizing === null ? undefined : (
            <>
              <Amount value={data.sizing.proceeds} fw={600} />
              <HowComputed name="the new loan" how={how.gap} />
            </>
          )}
        </Fact>
        <Fact label="Costs">{data.costs === null ? undefined : <Amount value={data.costs} />}</Fact>
        <Fact label="Gap">
          {data.gap === null ? undefined : (
            <>
              <Amount value={data.gap} fw={600} />
              <HowComputed name="the gap" how={how.gap} />
              {data.financeable && (
                <Text size="xs" c="dimmed">
                  Below zero: cash that the new loan leaves
                </Text>
              )}
            </>
          )}
        </Fact>
        <Fact label="Payment a month">
          {data.sizing === null ? undefined : data.sizing.payment === null ? (
            data.sizing.noPayment
          ) : (
            <>
              <Amount value={data.sizing.payment} />
              <HowComputed name="the payment" how={how.payment} />
            </>
          )}
        </Fact>
        <Fact label="Gap turns">
          {data.flip === null
            ? data.unknown.length > 0
              ? undefined
              : capitalized(sentence(data.noFlip ?? "", formats))
            : `${date(data.flip.on, formats)}, ${data.flip.financeable ? "when it becomes financeable" : "when a gap comes"}`}
        </Fact>
        <Fact label="Break-even rate">
          {data.breakEvenRate === null ? (
            data.unknown.length > 0 ? undefined : (
              `None: ${data.noBreakEven}`
            )
          ) : (
            <>
              {percent(data.breakEvenRate, formats, 4)}
              <HowComputed name="the break-even rate" how={how.breakEvenRate} />
            </>
          )}
        </Fact>
      </Facts>
    </Surface>
  );
}

/** A figure with its date and basis, or why it is not known. */
function Figure({
  label,
  figure,
  how,
}: {
  label: string;
  figure: Schemas["RefinanceFigure"];
  how?: Schemas["Explanation"];
}) {
  const formats = useFormats();
  return (
    <Fact label={label}>
      {figure.value === null ? (
        `Unknown: ${figure.unknown ?? ""}`
      ) : (
        <>
          <Amount value={figure.value} />
          <HowComputed name={label} how={how} />
          <Text size="xs" c="dimmed">
            {[figure.basis, figure.asOf === null ? null : date(figure.asOf, formats)]
              .filter(Boolean)
              .join(", ")}
            {figure.old && <strong>, older than 15 months</strong>}
          </Text>
        </>
      )}
    </Fact>
  );
}

function Limits({ sizing }: { sizing: Schemas["SizedLoan"] }) {
  const formats = useFormats();
  return (
    <Surface title="Limits of the new loan">
      <ScrollArea>
        <Table aria-label="Limits of the new loan" verticalSpacing={4} horizontalSpacing="xs" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Test</Table.Th>
              {["Threshold", "Largest loan", "Slack"].map((head) => (
                <Table.Th scope="col" key={head} ta="end">
                  {head}
                </Table.Th>
              ))}
              <Table.Th scope="col">Binds</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sizing.limits.map(({ test, threshold, maximum, slack, binding }) => (
              <Table.Tr key={test}>
                <Table.Th scope="row" fw={binding ? 600 : 400}>
                  {TESTS[test]}
                </Table.Th>
                <Table.Td ta="end">
                  {test === "dscr" || test === "icr"
                    ? ratio(threshold, formats)
                    : percent(threshold, formats)}
                </Table.Td>
                <Table.Td ta="end">{maximum === null ? "No limit" : <Amount value={maximum} />}</Table.Td>
                <Table.Td ta="end">{slack === null ? "" : <Amount value={slack} />}</Table.Td>
                <Table.Td>{binding ? "Binds" : ""}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <Group mt="xs">
        <Text size="xs" c="dimmed">{`Loan constant ${percent(sizing.constant, formats, 6)}`}</Text>
      </Group>
    </Surface>
  );
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
