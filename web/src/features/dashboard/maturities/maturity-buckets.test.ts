import { expect, test } from "vitest";

import { type Bucket, bucketLines, slotsOf, slotWords, type Span } from "./maturity-buckets";

const formats = { locale: "en-US", currency: "USD" };

const bucket = (key: string, first: string): Bucket => ({
  key,
  first,
  last: first,
  past: false,
  balance: "10335705.62",
  share: "0.005053",
  loans: 1,
  fixed: "10335705.62",
  floating: "0.00",
  stepped: "0.00",
  weightedRate: "0.04090000",
});

test.each<[Span, Bucket[], string[]]>([
  [
    "month",
    [bucket("2026-11", "2026-11-01"), bucket("2027-02", "2027-02-01")],
    ["2026-11", "2026-12", "2027-01", "2027-02"],
  ],
  [
    "quarter",
    [bucket("2026-Q4", "2026-10-01"), bucket("2027-Q2", "2027-04-01")],
    ["2026-Q4", "2027-Q1", "2027-Q2"],
  ],
  ["year", [bucket("2026", "2026-01-01"), bucket("2029", "2029-01-01")], ["2026", "2027", "2028", "2029"]],
  ["year", [], []],
])("by %s, what lies between stands there empty", (span, buckets, keys) => {
  const slots = slotsOf(buckets, span);
  expect(slots.map(({ key }) => key)).toEqual(keys);
  expect(slots.filter((slot) => slot.bucket !== null)).toHaveLength(buckets.length);
});

test("a loan due in a far future does not squeeze the others", () => {
  const buckets = [bucket("2026-11", "2026-11-01"), bucket("2125-01", "2125-01-01")];
  expect(slotsOf(buckets, "month")).toHaveLength(2);
});

test("places read as people write them", () => {
  expect(["2030-10", "2030-Q4", "2030"].map((key) => slotWords(key, formats))).toEqual([
    "Oct 2030",
    "Q4 2030",
    "2030",
  ]);
});

test("a bucket says what it holds, and nothing of rate types it has none of", () => {
  expect(bucketLines(bucket("2026", "2026-01-01"), formats)).toEqual([
    "$10,335,705.62",
    "0.51% of the balance, 1 loan",
    "weighted rate 4.09%",
    "fixed $10,335,705.62",
  ]);
});
