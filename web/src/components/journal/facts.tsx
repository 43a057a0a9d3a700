import { Text } from "@mantine/core";

import { word } from "@/format/format";

import classes from "./journal.module.css";

const AT_ONCE = 40;
const DECIMAL = /^-?\d+\.\d+$/;
/** Shown elsewhere on the page, for every document. */
const SAID = new Set(["id", "org", "version"]);

/** A stored document, or a part of it, as names and values: whatever it holds, also what no page knows of yet. */
export function Facts({ of: facts }: { of: Readonly<Record<string, unknown>> }) {
  const named = Object.entries(facts).filter(([name, value]) => value !== null && !SAID.has(name));
  return (
    <dl className={classes.fields}>
      {named.slice(0, AT_ONCE).map(([name, value]) => (
        <Fact key={name} name={inWords(name)} value={value} />
      ))}
      {named.length > AT_ONCE && (
        <Fact name="And more" value={`${named.length - AT_ONCE}, all of them below`} />
      )}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Value value={value} />
      </dd>
    </>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return <Values values={value} />;
  if (typeof value === "object") {
    if (Object.keys(value).length === 0) return "–";
    return (
      <div className={classes.nested}>
        <Facts of={value as Readonly<Record<string, unknown>>} />
      </div>
    );
  }
  const text = typeof value === "boolean" ? (value ? "Yes" : "No") : String(value);
  // What may be an amount is blurred with the amounts.
  return <span className={DECIMAL.test(text) ? "amount" : undefined}>{text}</span>;
}

function Values({ values }: { values: readonly unknown[] }) {
  if (values.length === 0) return "–";
  if (values.every((value) => typeof value !== "object")) return values.slice(0, AT_ONCE).join(", ");
  return (
    <>
      {values.slice(0, AT_ONCE).map((value, index) => (
        <Value key={index} value={value} />
      ))}
      {values.length > AT_ONCE && (
        <Text size="xs">and {values.length - AT_ONCE} more, all of them below</Text>
      )}
    </>
  );
}

/** `interestOnlyMonths` as `Interest only months`. */
export const inWords = (name: string): string =>
  word(
    name.replace(
      /([a-z\d])([A-Z])/g,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    ),
  );
