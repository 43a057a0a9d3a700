import { Alert } from "@mantine/core";

import { date, type Formats, money, percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Dashboard } from "../answers/figures";
import { asOfWords, loansWords } from "./figure-details";

type Rolled = NonNullable<Dashboard["rolled"]>;

/** Which balances are rolled forward to the date asked for, how much of the total they are, and which are not. */
export function RolledNote({ rolled, on }: { rolled: Rolled; on: string }) {
  const formats = useFormats();
  return (
    <Alert
      variant="light"
      color="yellow"
      p="xs"
      role="note"
      title={`Balances rolled forward to ${date(on, formats)}`}
      styles={{ title: { marginBottom: 2 } }}
    >
      {rolledWords(rolled, formats).map((words) => (
        <div key={words}>{words}</div>
      ))}
      <div>{rolled.howComputed}</div>
    </Alert>
  );
}

/** The same in sentences: what is rolled, then by reason what stands as it was reported. */
export function rolledWords(rolled: Rolled, formats: Formats): string[] {
  const words = rolled.asRecorded.map(
    ({ reason, loans, balance }) =>
      `${loansWords(loans, formats)} with ${money(balance, formats)} as reported, although older than a month: ${reason}.`,
  );
  if (rolled.loans === 0) return words;
  const from = rolled.asOf === null ? "" : `, ${asOfWords(rolled.asOf, formats)}`;
  return [
    `${money(rolled.balance, formats)} on ${loansWords(rolled.loans, formats)} by schedule: ${percent(rolled.share, formats)} ` +
      `of the total, from ${money(rolled.recorded, formats)} as reported${from}.`,
    ...words,
  ];
}
