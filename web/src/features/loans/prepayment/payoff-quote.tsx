"use client";

import { Accordion, Group, SimpleGrid, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { Amount } from "@/components/amount";
import { DateField } from "@/components/fields/date-field";
import { MoneyField } from "@/components/fields/money-field";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, sentence, word } from "@/format/format";
import { useFormats } from "@/format/formats";
import { isDay } from "@/format/parse-date";

import { Explained } from "../records/explained";
import type { Loan } from "../records/loan-draft";
import { useLoanAddress } from "../records/use-loan-address";
import { type Ledger, LEDGER, type Market, payoffQuery } from "./api/prepayment";

const PAUSE = 300;

/** All that repays a loan on a day, and what of it nobody but the servicer knows. */
export function PayoffQuote({ loan, market }: { loan: Loan; market: Market }) {
  const { on, go } = useLoanAddress();
  const [said, setSaid] = useState<Ledger>({});
  const [ledger] = useDebouncedValue(said, PAUSE);
  const day = isDay(on) ? on : "";
  const { data, error, refetch, isPlaceholderData } = useQuery(payoffQuery(loan.id, day, market, ledger));
  return (
    <Surface
      title="Payoff quote"
      actions={
        <DateField
          size="xs"
          aria-label="Payoff date"
          placeholder="Today"
          value={on}
          onChange={(next) => go({ on: next })}
        />
      }
    >
      <Stack gap="md">
        {error !== null && <Refused error={error} onRetry={() => void refetch()} />}
        {error === null && data === undefined && <Skeleton h={240} />}
        {error === null && data !== undefined && (
          <div aria-busy={isPlaceholderData}>
            <Quote quote={data} />
          </div>
        )}
        <Accordion variant="contained" bg="var(--surface)">
          <Accordion.Item value="ledger">
            <Accordion.Control>
              <Text fw={600} size="sm">
                Figures from the servicer
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <SimpleGrid type="container" cols={{ base: 1, "26rem": 2, "44rem": 3 }} spacing="sm">
                {LEDGER.map(([name, label]) => (
                  <MoneyField
                    key={name}
                    label={label}
                    value={said[name] ?? ""}
                    onChange={(amount) => setSaid({ ...said, [name]: amount })}
                  />
                ))}
              </SimpleGrid>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        {error === null && data?.explained != null && <Explained explained={data.explained} />}
      </Stack>
    </Surface>
  );
}

/** A lockout is no failure: it says when it ends. */
function Refused({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const formats = useFormats();
  if (error instanceof Problem && error.status === 409) {
    return <Text role="status">{sentence(error.message, formats)}</Text>;
  }
  return <ProblemNotice problem={error} onRetry={onRetry} />;
}

function Quote({ quote }: { quote: Schemas["Payoff"] }) {
  const formats = useFormats();
  return (
    <Stack gap="xs">
      <Table aria-label="Payoff quote">
        <Table.Tbody>
          {quote.lines.map((line) => (
            <Table.Tr key={line.name}>
              <Table.Th scope="row" fw={400}>
                {word(line.name)}
                {line.effect === "shown" && (
                  <Text span size="xs" c="dimmed">
                    {" returned apart"}
                  </Text>
                )}
                {line.reason !== null && (
                  <Text size="xs" c="dimmed">
                    {sentence(line.reason, formats)}
                  </Text>
                )}
              </Table.Th>
              <Table.Td ta="end">
                {line.amount === null ? (
                  "Unknown"
                ) : (
                  <>
                    {line.effect === "credited" && "− "}
                    <Amount value={line.amount} />
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">{quote.complete ? "Payoff" : "Total of what is known"}</Table.Th>
            <Table.Th ta="end">
              <Amount value={quote.totalKnown} />
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
      {!quote.complete && <Text size="sm">{`Without what is unknown: ${quote.without.join(", ")}.`}</Text>}
      <Group gap="lg">
        {quote.interestDays !== null && (
          <Text size="sm" c="dimmed">
            {`Interest of ${count(quote.interestDays, formats)} days, ${word(quote.dayCount)}`}
          </Text>
        )}
        {quote.perDiem !== null && (
          <Text size="sm" c="dimmed">
            {"Each further day "}
            <Amount value={quote.perDiem} />
          </Text>
        )}
      </Group>
      {quote.assumptions.map((words) => (
        <Text key={words} size="xs" c="dimmed">
          {sentence(word(words), formats)}
        </Text>
      ))}
    </Stack>
  );
}
