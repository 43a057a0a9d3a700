"use client";

import { Anchor, Button, Divider, Group, Stack, Text } from "@mantine/core";
import Link from "@/components/link";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { count, type Formats, month } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./figure-details.module.css";
import { FigureStanding, SumDates } from "./figure-standing";
import { figureText, type FigureWords, sumText } from "./figure-words";
import { datesText } from "./standing";
import type { Figure, LeftOut as LeftOutLoans, NamedLoan } from "../answers/figures";

/** How a figure came about: its formula, its two sums, as of when, over how many loans, and what it leaves out. */
export function FigureDetails({
  words,
  figure,
  points,
  onLoans,
  onLeftOut,
}: {
  words: FigureWords;
  figure: Figure;
  /** Its course over the months that the trend line shows. */
  points?: readonly Schemas["Point"][];
  onLoans?: () => void;
  onLeftOut?: () => void;
}) {
  const formats = useFormats();
  const { leftOut } = figure;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text fw={600} size="sm">
          {words.label}
        </Text>
        <Text fw={650} className={words.kind === "money" ? "amount" : undefined}>
          {figureText(words.kind, figure.value, formats)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {figure.formula}
      </Text>
      <Sums words={words} figure={figure} formats={formats} />
      {figure.loan !== null && (
        <Text size="sm">
          <LoanLink loan={figure.loan} />
        </Text>
      )}
      <FigureStanding figure={figure} formats={formats} />
      <Text size="xs">{basis(figure, formats)}</Text>
      <Course words={words} points={points ?? []} formats={formats} />
      {figure.loans > 0 && onLoans !== undefined && (
        <Group gap="xs">
          <Button size="compact-sm" variant="light" onClick={onLoans}>
            {figure.loans === 1 ? "Show the loan" : `Show ${count(figure.loans, formats)} loans`}
          </Button>
          {leftOut.count > 0 && onLeftOut !== undefined && (
            <Button size="compact-sm" variant="default" onClick={onLeftOut}>
              {`Show ${count(leftOut.count, formats)} not included`}
            </Button>
          )}
        </Group>
      )}
      {leftOut.count > 0 && <LeftOut leftOut={leftOut} formats={formats} />}
    </Stack>
  );
}

function Sums({ words, figure, formats }: { words: FigureWords; figure: Figure; formats: Formats }) {
  const sums = [figure.numerator, figure.denominator].filter((sum) => sum !== null);
  if (sums.length === 0) return null;
  return (
    <dl className={classes.sums}>
      {sums.map((sum, index) => (
        <div key={sum.name}>
          <dt>
            {index === 1 && <span aria-label="divided by">÷ </span>}
            {sum.name}
          </dt>
          <dd className="amount">{sumText(words.sums[index], sum.value, formats)}</dd>
          <SumDates sum={sum} formats={formats} />
        </div>
      ))}
    </dl>
  );
}

function Course({
  words,
  points,
  formats,
}: {
  words: FigureWords;
  points: readonly Schemas["Point"][];
  formats: Formats;
}) {
  const [first, last] = [points.at(0), points.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const at = (point: Schemas["Point"]) => (
    <>
      {month(point.month, formats)}{" "}
      <span className={words.kind === "money" ? "amount" : undefined}>
        {figureText(words.kind, point.value, formats, { short: true })}
      </span>
    </>
  );
  return (
    <Text size="xs" c="dimmed">
      Trend: {at(first)} → {at(last)}
    </Text>
  );
}

function LeftOut({ leftOut, formats }: { leftOut: LeftOutLoans; formats: Formats }) {
  const more = leftOut.count - leftOut.loans.length;
  return (
    <>
      <Divider />
      <Text size="xs" fw={600}>
        {`Not included: ${loansWords(leftOut.count, formats)}, `}
        <Amount value={leftOut.balance} />
      </Text>
      {leftOut.reasons.map(({ reason, count: loans, balance }) => (
        <Text size="xs" key={reason}>
          {`${reason} (${loansWords(loans, formats)}, `}
          <Amount value={balance} short />)
        </Text>
      ))}
      <div className={classes.named}>
        <ul className={classes.loans}>
          {leftOut.loans.map((loan) => (
            <li key={loan.loanId}>
              <LoanLink loan={loan} />
            </li>
          ))}
        </ul>
        {more > 0 && (
          <Text size="xs" c="dimmed">
            {`and ${count(more, formats)} more`}
          </Text>
        )}
      </div>
    </>
  );
}

function LoanLink({ loan }: { loan: NamedLoan }) {
  return (
    <span className={classes.loan}>
      <Anchor
        component={Link}
        href={`/loan/?id=${loan.loanId}`}
        size="xs"
        truncate
        title={`${loan.number} ${loan.name}`}
      >
        {loan.number} {loan.name}
      </Anchor>
      <Text span size="xs">
        <Amount value={loan.balance} />
      </Text>
    </span>
  );
}

export const loansWords = (loans: number, formats: Formats): string =>
  `${count(loans, formats)} ${loans === 1 ? "loan" : "loans"}`;

/** `57 loans, balances as of Nov 1, 2026`. */
function basis({ loans, asOf }: Figure, formats: Formats): string {
  return asOf === null
    ? loansWords(loans, formats)
    : `${loansWords(loans, formats)}, ${asOfWords(asOf, formats)}`;
}

/** The dates that balances are of. */
export function asOfWords(asOf: Schemas["AsOf"], formats: Formats): string {
  return `balances as of ${datesText(asOf, formats)}`;
}
