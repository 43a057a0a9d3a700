"use client";

import { Anchor, Paper } from "@mantine/core";
import { IconCheck, IconEqualNot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useBusinessDate } from "@/api/me";
import { partyQuery } from "@/api/parties";
import { Amount } from "@/components/amount";
import Link from "@/components/link";
import { daysBetween, distanceWords } from "@/format/age";
import { date, exactRate, rate, sentence, UNKNOWN, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanBalanceQuery } from "../records/api/loan";
import type { Names } from "../records/field-words";
import type { Loan } from "../records/loan-draft";
import { compared } from "./balance-check";
import classes from "./loan-rail.module.css";

/** What the day is called on which a loan is expected to be repaid. */
const MATURITIES = {
  maturity: "Maturity",
  extended: "Extended maturity",
  anticipated_repayment: "Anticipated repayment",
} as const;

/**
 * The loan's summary beside its parts, in sight in all of them; above them where the screen is narrow, and on paper. Being
 * the first, it is also read first. In its own column, what comes late moves nothing.
 */
export function WithRail({ rail, children }: { rail: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.page}>
      <div className={classes.rail}>{rail}</div>
      <div className={classes.parts}>{children}</div>
    </div>
  );
}

/** The most important figures. What is computed of a loan is of today, so it is not shown of an earlier knowledge. */
export function LoanRail({ loan, names, computed }: { loan: Loan; names: Names; computed: boolean }) {
  const formats = useFormats();
  const today = useBusinessDate();
  const over = ["paid_off", "refinanced", "liquidated"].includes(loan.status);
  const { data: now } = useQuery({ ...loanBalanceQuery(loan.id, ""), enabled: computed });
  const expected = now?.expectedMaturityDate ?? loan.maturityDate;
  const next = now?.nextInstallment;
  const recorded = `ecorded as of ${date(loan.balanceAsOf, formats)}`;
  return (
    <Paper
      component="aside"
      aria-label="Loan summary"
      p="sm"
      bg="var(--surface)"
      bd="1px solid var(--surface-border)"
    >
      <dl className={classes.facts}>
        <Fact
          label="Balance"
          lead
          notes={[
            now?.rolledBalance != null ? (
              <>
                <span title={sentence(now.howComputed, formats)}>
                  {`Rolled forward to ${date(now.on, formats)}, from `}
                </span>
                <Amount value={loan.currentBalance} />
                {` r${recorded}`}
              </>
            ) : (
              `R${recorded}`
            ),
            computed && <BalanceCheck loan={loan} />,
          ]}
        >
          <Amount value={now?.rolledBalance ?? loan.currentBalance} />
        </Fact>
        {now?.accruedInterest != null && !over && (
          <Fact label="Accrued interest" inRail notes={[`To ${date(now.on, formats)}, per schedule`]}>
            <Amount value={now.accruedInterest} />
          </Fact>
        )}
        {computed && !over && (
          <Fact label="Next payment" notes={[next == null ? "\u00a0" : date(next.dueDate, formats)]}>
            <Amount value={next?.payment} />
          </Fact>
        )}
        <Fact
          label={MATURITIES[now?.maturityKind ?? "maturity"]}
          notes={[
            over ? word(loan.status) : distanceWords(daysBetween(today, expected), formats),
            expected !== loan.maturityDate &&
              `${now?.maturityKind === "extended" ? "Maturity before" : "Final maturity"} ${date(loan.maturityDate, formats)}`,
          ]}
        >
          {date(expected, formats)}
        </Fact>
        <Fact label="Original balance" notes={[date(loan.originationDate, formats)]}>
          <Amount value={loan.originalBalance} />
        </Fact>
        <Fact label="Rate" notes={[`${word(loan.rateType)}, ${word(loan.terms.dayCount)}`]}>
          <span title={exactRate(loan.rate, formats)}>{rate(loan.rate, formats)}</span>
        </Fact>
        <Fact label="Repayment">{word(loan.amortizationType)}</Fact>
        <Fact label="Borrower" inRail>
          {loan.borrower ?? UNKNOWN}
        </Fact>
        <Fact
          label="Lender"
          inRail
          notes={[loan.lenderId !== null && <LenderContact lenderId={loan.lenderId} />]}
        >
          {loan.lenderId === null ? UNKNOWN : <LenderLink id={loan.lenderId} names={names} />}
        </Fact>
      </dl>
    </Paper>
  );
}

export function LenderLink({ id, names }: { id: string; names: Names }) {
  return (
    <Anchor component={Link} inherit underline="always" href={`/lender/?id=${id}`}>
      {names.get(id) ?? "…"}
    </Anchor>
  );
}

function Fact({
  label,
  lead = false,
  inRail = false,
  notes = [],
  children,
}: {
  label: string;
  lead?: boolean;
  /** Above the tabs it is left out: it stands elsewhere. */
  inRail?: boolean;
  notes?: readonly ReactNode[];
  children: ReactNode;
}) {
  const among = [classes.fact, lead && classes.lead, inRail && classes.inRail].filter(Boolean);
  return (
    <div className={among.join(" ")}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>{children}</dd>
      {notes.map(
        (note, index) =>
          note !== false && (
            <dd key={index} className={classes.note}>
              {note}
            </dd>
          ),
      )}
    </div>
  );
}

/** Whether the recorded balance is what the schedule has for its day. Its line is there before the answer. */
function BalanceCheck({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { data } = useQuery(loanBalanceQuery(loan.id, loan.balanceAsOf));
  if (data === undefined) return <span className={classes.check} />;
  if (data.balance === null) {
    return (
      <span className={classes.check}>{`Not checked: ${data.unscheduled ?? "there is no schedule"}`}</span>
    );
  }
  const { outcome, difference, side } = compared(loan.currentBalance, data.balance);
  if (outcome === "agrees") {
    return (
      <span className={classes.check} data-outcome={outcome}>
        <IconCheck size={14} aria-hidden />
        Matches the schedule
      </span>
    );
  }
  return (
    <span className={classes.check} data-outcome={outcome}>
      <IconEqualNot size={14} aria-hidden />
      <span title={`Recorded as of ${date(data.on, formats)}`}>
        {"Schedule on that date: "}
        <Amount value={data.balance} />
        {". Recorded is "}
        <Amount value={difference} />
        {` ${side}`}
      </span>
    </span>
  );
}

/** Whom to call: the first contact of the lender. */
function LenderContact({ lenderId }: { lenderId: string }) {
  const { data: lender } = useQuery(partyQuery("lenders", lenderId));
  const contact = lender?.contacts[0];
  if (contact === undefined) return null;
  return (
    <>
      {contact.name}
      {contact.role !== null && `, ${contact.role}`}
      {contact.email !== null && (
        <>
          <br />
          <Anchor inherit href={`mailto:${contact.email}`}>
            {contact.email}
          </Anchor>
        </>
      )}
      {contact.phone !== null && (
        <>
          <br />
          <Anchor inherit href={`tel:${contact.phone.replace(/[^\d+]/g, "")}`}>
            {contact.phone}
          </Anchor>
        </>
      )}
    </>
  );
}
