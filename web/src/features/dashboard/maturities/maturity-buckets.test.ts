import { expect, test } from "vitest";

import { amountsWords, type Bucket, bucketLines, slotsOf, slotWords, type Span } from "./maturity-buckets";

const formats = { locale: "en-US", currency: "USD" };

const bucket = (key: string, first: string): Bucket => ({
  key,
  first,
  last: first,
  past: false,
  balance: "10335705.62",
  share: "0.005053",
  cumulativeShare: "0.125",
  loans: 1,
  fixed: "10335705.62",
  floating: "0.00",
  stepped: "0.00",
  weightedRate: "0.04090000",
  dueBySchedule: "9000000.00",
  withoutSchedule: "0.00",
});

test.each<[Span, Bucket[], string[]]>([
  [
    "month",
    [bucket("2026-12", "2026-12-01"), bucket("2027-02", "2027-02-01")],
    ["2026-11", "2026-12", "2027-01", "2027-02"],
  ],
  [
    "quarter",
    [bucket("2026-Q4", "2026-10-01"), bucket("2027-Q2", "2027-04-01")],
    ["2026-Q4", "2027-Q1", "2027-Q2"],
  ],
  ["year", [bucket("2029", "2029-01-01")], ["2026", "2027", "2028", "2029"]],
  ["year", [], []],
])("by %s the axis begins today, and what lies between stands there empty", (span, buckets, keys) => {
  const slots = slotsOf(buckets, span, "2026-11-29");
  expect(slots.map(({ key }) => key)).toEqual(keys);
  expect(slots.filter((slot) => slot.bucket !== null)).toHaveLength(buckets.length);
});

test("what is past its maturity comes first, however long ago", () => {
  const buckets = [bucket("1998", "1998-01-01"), bucket("2022", "2022-01-01"), bucket("2027", "2027-01-01")];
  expect(slotsOf(buckets, "year", "2026-11-29").map(({ key }) => key)).toEqual([
    "1998",
    "2022",
    "2026",
    "2027",
  ]);
});

test("loans due in a far future share the last place, and do not squeeze the others", () => {
  const buckets = [bucket("2027", "2027-01-01"), bucket("2050", "2050-01-01"), bucket("2051", "2051-01-01")];
  const slots = slotsOf(buckets, "year", "2026-11-29");
  expect(slots).toHaveLength(11);
  expect(slots.at(-1)).toEqual({ key: "2036", bucket: null, from: "2036-01-01" });
  expect(slotWords(slots.at(-1) ?? { key: "" }, formats)).toBe("2036+");
  expect(slotsOf([bucket("2050", "2050-05-01")], "quarter", "2026-11-29").at(-1)?.from).toBe("2031-10-01");
});

test("places read as people write them", () => {
  expect(["2030-10", "2030-Q4", "2030"].map((key) => slotWords({ key }, formats))).toEqual([
    "Oct 2030",
    "Q4 2030",
    "2030",
  ]);
});

test("a bucket says what it holds, and nothing of rate types it has none of", () => {
  expect(bucketLines(bucket("2026", "2026-01-01"), formats)).toEqual([
    "$10,335,705.62",
    "0.51% of the balance, 1 loan",
    "12.50% matures by then",
    "Weighted average rate 4.090%",
    "Fixed $10,335,705.62",
    "Due by schedule $9,000,000.00",
  ]);
});

test("the wall says how much of today’s balance has no schedule", () => {
  const part = { ...bucket("2026", "2026-01-01"), withoutSchedule: "1000000.00" };
  expect(bucketLines(part, formats).at(-1)).toBe("Without a schedule $1,000,000.00");
  expect(amountsWords("schedule", "1000000.00", formats)).toContain(
    "$1,000,000.00 of today’s balance without a schedule",
  );
  expect(amountsWords("schedule", "0.00", formats)).toBe("Principal due at maturity, of all loans");
  expect(amountsWords("today", "1000000.00", formats)).toBe("Today’s balance by maturity date");
  expect(amountsWords("today", "0.00", formats, "2027-06-30")).toBe(
    "Balance on Jun 30, 2027 by maturity date",
  );
});

test("a phone has as many bars as fingers can tell apart, and all else in one more", () => {
  const years = Array.from({ length: 12 }, (_, index) => bucket(`${2026 + index}`, `${2026 + index}-01-01`));
  const slots = slotsOf(years, "year", "2026-11-29", true);
  expect(slots.map(({ key }) => key)).toEqual([...years.slice(0, 8).map(({ key }) => key), "2034"]);
  expect(slots.at(-1)?.from).toBe("2034-01-01");
});
