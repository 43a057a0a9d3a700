"use client";

import { Badge, Group, Table } from "@mantine/core";
import type { ReactNode } from "react";

import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { count, date, exactRate, UNKNOWN, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { Fact, Facts } from "../records/facts";
import type { Loan } from "../records/loan-draft";
import { phaseAsks, phaseEnd, phaseStart } from "../records/phase-words";
import { SourceMark } from "../records/source-mark";

/** A small table of what a loan has several of. */
function Several({
  title,
  heads,
  rows,
  actions,
}: {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  actions?: ReactNode;
}) {
  return (
    <Surface title={title} actions={actions}>
      <Table.ScrollContainer minWidth={heads.length * 96} type="native">
        <Table aria-label={title} verticalSpacing={4} fz="sm">
          <Table.Thead>
            <Table.Tr>
              {heads.map((head) => (
                <Table.Th key={head} scope="col">
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((cells, row) => (
              <Table.Tr key={row}>
                {cells.map((cell, column) => (
                  <Table.Td key={column} style={{ overflowWrap: "anywhere" }}>
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Surface>
  );
}

/** What a note says beyond balance, rate and repayment; only what there is. */
export function FurtherTerms({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { prepayment, extensionOptions, reserves, hedges, scheduledPrincipal, curtailments, draws } =
    loan.terms;
  const share = (value: string | null) => exactRate(value, formats);
  const day = (value: string | null) => date(value, formats);
  const days = (value: number | null) => (value === null ? UNKNOWN : count(value, formats));
  return (
    <>
      {prepayment.length > 0 && (
        <Several
          title="Prepayment"
          actions={<SourceMark field="terms.prepayment" label="Prepayment" />}
          heads={["Phase", "From", "Until", "What it asks", "Terms"]}
          rows={prepayment.map((phase, place) => [
            word(phase.kind),
            phaseStart(phase, place, formats),
            phaseEnd(phase, formats),
            phaseAsks(phase, formats).join(", ") || UNKNOWN,
            phase.terms ?? UNKNOWN,
          ])}
        />
      )}
      {extensionOptions.length > 0 && (
        <Several
          title="Extension options"
          heads={["Months", "Fee", "Notice in days", "Min. debt yield", "Conditions", "Exercised"]}
          rows={extensionOptions.map((option) => [
            count(option.months, formats),
            share(option.fee),
            `${days(option.noticeDaysAtLeast)} to ${days(option.noticeDaysAtMost)}`,
            share(option.minimumDebtYield),
            option.conditions ?? UNKNOWN,
            option.exercisedOn === null ? "No" : day(option.exercisedOn),
          ])}
        />
      )}
      {reserves.length > 0 && (
        <Several
          title="Reserves"
          heads={["Reserve", "Balance", "Monthly deposit", "Cap"]}
          rows={reserves.map((reserve) => [
            reserve.name,
            <Amount key="balance" value={reserve.balance} />,
            <Amount key="deposit" value={reserve.monthlyDeposit} />,
            <Amount key="cap" value={reserve.cap} />,
          ])}
        />
      )}
      {hedges.length > 0 && (
        <Several
          title="Hedges"
          heads={["Hedge", "Notional", "Strike", "Floor strike", "From", "Until", "Counterparty", "Premium"]}
          rows={hedges.map((hedge) => [
            word(hedge.kind),
            <Amount key="notional" value={hedge.notional} />,
            share(hedge.strike),
            share(hedge.floorStrike),
            day(hedge.startDate),
            day(hedge.endDate),
            hedge.counterparty ?? UNKNOWN,
            <Amount key="premium" value={hedge.premium} />,
          ])}
        />
      )}
      {scheduledPrincipal.length > 0 && (
        <Several
          title="Scheduled principal"
          heads={["Due", "Amount"]}
          rows={scheduledPrincipal.map(({ dueDate, amount }) => [
            day(dueDate),
            <Amount key="amount" value={amount} />,
          ])}
        />
      )}
      {draws.length > 0 && (
        <Several
          title="Draws"
          heads={["Drawn", "Amount"]}
          rows={draws.map(({ drawnOn, amount }) => [day(drawnOn), <Amount key="amount" value={amount} />])}
        />
      )}
      {curtailments.length > 0 && (
        <Several
          title="Partial prepayments"
          heads={["Paid", "Amount", "Level payment"]}
          rows={curtailments.map(({ paidOn, amount, effect }) => [
            day(paidOn),
            <Amount key="amount" value={amount} />,
            word(effect),
          ])}
        />
      )}
    </>
  );
}

/** The terms at closing, where a tape stated them: what the schedule follows, whatever was changed since. */
export function OriginalTerms({ original }: { original: NonNullable<Loan["original"]> }) {
  const formats = useFormats();
  const months = (value: number | null) => (value === null ? undefined : `${count(value, formats)} months`);
  return (
    <Surface title="Terms at closing">
      <Facts>
        <Fact label="Rate" field="original.rate">
          {exactRate(original.rate, formats)}
        </Fact>
        <Fact label="Day count">{word(original.dayCount)}</Fact>
        <Fact label="First payment" field="original.firstPaymentDate">
          {date(original.firstPaymentDate, formats)}
        </Fact>
        <Fact label="Maturity" field="original.maturityDate">
          {date(original.maturityDate, formats)}
        </Fact>
        <Fact label="Term" field="original.termMonths">
          {months(original.termMonths)}
        </Fact>
        <Fact label="Amortization">{months(original.amortizationMonths)}</Fact>
        <Fact label="Interest only">{months(original.interestOnlyMonths)}</Fact>
        <Fact label="Stated payment" field="original.statedPayment">
          <Amount value={original.statedPayment} />
        </Fact>
      </Facts>
    </Surface>
  );
}

/** What a person changed of the terms: since when, and how they were before. */
export function TermsChanges({ changes }: { changes: Loan["termsChanges"] }) {
  const formats = useFormats();
  return (
    <Several
      title="Changes of the terms"
      heads={["New terms from", "Rate before", "Maturity before", "Amortization before", "Reason"]}
      rows={[...changes]
        .reverse()
        .map(({ effectiveOn, recordedOn, former, reason }) => [
          effectiveOn == null ? `Corrected ${date(recordedOn, formats)}` : date(effectiveOn, formats),
          exactRate(former.rate, formats),
          date(former.maturityDate, formats),
          former.terms.amortizationMonths == null
            ? "Interest only"
            : `${count(former.terms.amortizationMonths, formats)} months`,
          reason ?? "Not stated",
        ])}
    />
  );
}

/** What the organization itself notes of a loan: its rating, tags and fields of its own. */
export function OwnNotes({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { riskRating, riskRatingHistory, tags, customFields } = loan;
  const earlier = riskRatingHistory.slice(0, -1).reverse();
  return (
    <Surface title="Internal">
      <Facts>
        <Fact label="Risk rating">
          {riskRating === null ? undefined : (
            <>
              <strong>{riskRating.rating}</strong>
              {`, as of ${date(riskRating.asOf, formats)}`}
              {riskRating.reason !== null && `: ${riskRating.reason}`}
            </>
          )}
        </Fact>
        {earlier.length > 0 && (
          <Fact label="Earlier ratings">
            {earlier.map(({ rating, asOf }) => `${rating} on ${date(asOf, formats)}`).join(", ")}
          </Fact>
        )}
        <Fact label="Tags">
          {tags.length === 0 ? undefined : (
            <Group gap={4}>
              {tags.map((tag) => (
                <Badge key={tag} variant="default" tt="none" fw={500} maw="100%" title={tag}>
                  {tag}
                </Badge>
              ))}
            </Group>
          )}
        </Fact>
        <Fact label="Basis of income">
          {loan.statementBasis === null ? "Latest statement" : word(loan.statementBasis)}
        </Fact>
        {Object.entries(customFields).map(([name, value]) => (
          <Fact key={name} label={name}>
            {value === null || value === ""
              ? undefined
              : typeof value === "boolean"
                ? value
                  ? "Yes"
                  : "No"
                : String(value)}
          </Fact>
        ))}
      </Facts>
    </Surface>
  );
}
