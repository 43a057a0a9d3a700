"use client";

import { Anchor, Button, Skeleton, Table, Text } from "@mantine/core";
import Link from "@/components/link";

import { useBusinessDate } from "@/api/me";
import { Amount } from "@/components/amount";
import { isPastMaturity, LoanStatus } from "@/components/loan-status";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { useRows } from "@/components/table/pages";
import { date, rate, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { propertyLoansPages } from "../records/api/party";
import { loanHref } from "../records/use-loan-address";

/** The loans on a property. */
export function PropertyLoans({ propertyId }: { propertyId: string }) {
  const formats = useFormats();
  const today = useBusinessDate();
  const list = useRows(propertyLoansPages(propertyId));
  return (
    <Surface title="Loans">
      {list.error !== null && <ProblemNotice problem={list.error} onRetry={list.retry} />}
      {list.pending && list.error === null && <Skeleton h={80} />}
      {!list.pending && list.rows.length === 0 && (
        <Text size="sm" c="dimmed">
          No loans on this property.
        </Text>
      )}
      {list.rows.length > 0 && (
        <Table.ScrollContainer minWidth={640} type="native">
          <Table aria-label="Loans" fz="sm" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Loan</Table.Th>
                <Table.Th scope="col">Structure</Table.Th>
                <Table.Th scope="col" ta="end">
                  Balance
                </Table.Th>
                <Table.Th scope="col" ta="end">
                  Rate
                </Table.Th>
                <Table.Th scope="col">Maturity</Table.Th>
                <Table.Th scope="col">Status</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.rows.map((loan) => (
                <Table.Tr key={loan.id}>
                  <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
                    <Anchor component={Link} inherit prefetch={false} href={loanHref({ id: loan.id })}>
                      {`${loan.name} · ${loan.number}`}
                    </Anchor>
                  </Table.Th>
                  <Table.Td>{word(loan.structure)}</Table.Td>
                  <Table.Td ta="end">
                    <Amount value={loan.currentBalance} />
                  </Table.Td>
                  <Table.Td ta="end">{rate(loan.rate, formats)}</Table.Td>
                  <Table.Td>
                    {date(loan.expectedMaturityDate, formats)}
                    {loan.expectedMaturityDate !== loan.maturityDate && (
                      <Text size="xs" c="dimmed">
                        {loan.maturityKind === "extended"
                          ? `extended from ${date(loan.maturityDate, formats)}`
                          : `anticipated, final ${date(loan.extendedMaturityDate, formats)}`}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <LoanStatus
                      status={loan.status}
                      pastMaturity={isPastMaturity(
                        { ...loan, maturityDate: loan.expectedMaturityDate },
                        today,
                      )}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {list.more && (
        <Button mt="sm" size="xs" variant="default" loading={list.fetching} onClick={list.fetchMore}>
          Show more loans
        </Button>
      )}
    </Surface>
  );
}
