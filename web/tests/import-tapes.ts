import type { Page } from "@playwright/test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Real tapes, kept beside the repository where they are; the tests that need them say so in their titles. */
const DATA = resolve(import.meta.dirname, "../../../shared/data/cmbs");
const MONTHS = resolve(DATA, "ubs-2017-c1-sample-monthly");
const NAMESPACE = "http://www.sec.gov/edgar/document/absee/cmbs/assetdata";

export const BANK5 = resolve(DATA, "bank5-2025-5yr19.ex102.xml");
export const hasBank5 = existsSync(BANK5);
export const hasMonths = existsSync(MONTHS);

export interface TapeFile {
  readonly name: string;
  readonly content: Buffer;
}

/** Drop files as a person does: a data transfer with files enters, moves over and is let go. */
export async function drop(page: Page, files: readonly TapeFile[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (dropped) => {
      const data = new DataTransfer();
      for (const { name, content } of dropped) {
        data.items.add(new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], name));
      }
      return data;
    },
    files.map(({ name, content }) => ({ name, content: content.toString("base64") })),
  );
  const zone = page.getByRole("group", { name: "Drop tapes here" });
  for (const event of ["dragenter", "dragover", "drop"]) {
    await zone.dispatchEvent(event, { dataTransfer: transfer });
  }
}

/** A count of what an import did, as its page says it. */
export const tile = (page: Page, label: string) =>
  page
    .locator("dl > div")
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator("dd");

/** 24 months of one deal: the real ones where they are, else of interest-only loans made up here. */
export function months(): TapeFile[] {
  if (hasMonths) {
    return readdirSync(MONTHS).map((name) => ({ name, content: readFileSync(resolve(MONTHS, name)) }));
  }
  return Array.from({ length: 24 }, (_, index) => monthOf("made-up-2017-c1", index));
}

/** A month of a deal of three interest-only loans at 6 % on 30/360, each on one property. */
export function monthOf(deal: string, index: number): TapeFile {
  const [begin, end] = [day(index - 1, 12), day(index, 11)];
  const loans = [1, 2, 3].map((number) => {
    const amount = 1_000_000 * number;
    const terms = {
      assetNumber: String(number),
      reportingPeriodBeginningDate: american(begin),
      reportingPeriodEndDate: american(end),
      originatorName: "First Bank",
      originationDate: "05-01-2017",
      originalLoanAmount: `${amount}.00`,
      originalTermLoanNumber: "120",
      maturityDate: "06-01-2027",
      originalInterestRatePercentage: "0.06000000",
      interestAccrualMethodCode: "1",
      originalInterestRateTypeCode: "1",
      originalInterestOnlyTermNumber: "120",
      firstLoanPaymentDueDate: "07-01-2017",
      loanStructureCode: "WL",
      paymentTypeCode: "3",
      paymentFrequencyCode: "1",
      reportPeriodInterestRatePercentage: "0.06000000",
      reportPeriodBeginningScheduleLoanBalanceAmount: `${amount}.00`,
      scheduledInterestAmount: `${amount / 200}.00`,
      scheduledPrincipalAmount: "0.00",
      reportPeriodEndScheduledLoanBalanceAmount: `${amount}.00`,
      paymentStatusLoanCode: "0",
    };
    const property = {
      propertyName: `Building ${number}`,
      propertyState: "TX",
      propertyTypeCode: "RT",
      valuationSecuritizationAmount: `${2 * amount}.00`,
      netOperatingIncomeSecuritizationAmount: `${amount / 10}.00`,
    };
    return `<assets>${elements(terms)}<property>${elements(property)}</property></assets>`;
  });
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<assetData xmlns="${NAMESPACE}">${loans.join("\n")}</assetData>\n`;
  return { name: `${deal}-${end}.xml`, content: Buffer.from(text) };
}

/** A table as a stranger writes it: one of its rows cannot be read, and its date is in its name alone. */
export const STRANGE: TapeFile = {
  name: "strange-2025-06-30.csv",
  content: Buffer.from(
    [
      "Loan #,Project,UPB,Orig Amt,Coupon,Closed,Mat,Where",
      'S-1,Main Street Plaza,"9,870,000.00","10,000,000",5.25,1/15/2024,2/1/2034,TX',
      'S-2,Harbor Lofts,"4,500,000.00","4,500,000",6.125,3/1/2023,4/1/2030,CA',
      "S-3,Old Mill,oops,4500000,6.125,3/1/2023,4/1/2030,CA",
      "",
    ].join("\n"),
  ),
};

const elements = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("");

/** The day of the month that is `index` months after July 2017. */
function day(index: number, of: number): string {
  return new Date(Date.UTC(2017, 6 + index, of)).toISOString().slice(0, 10);
}

const american = (date: string): string => `${date.slice(5, 7)}-${date.slice(8, 10)}-${date.slice(0, 4)}`;
