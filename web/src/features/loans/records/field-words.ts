import { count, date, exactRate, type Formats, money, ratio, UNKNOWN, word } from "@/format/format";

import type { Value } from "./merge";

/** What lenders, funds, portfolios and properties are called, by their ids. */
export type Names = ReadonlyMap<string, string>;

type Kind = "money" | "percent" | "ratio" | "date" | "months" | "days" | "reference" | "word" | "text";

/** How each field of a loan is called and what its values are; nested ones by their own name. */
const FIELDS: Readonly<Record<string, readonly [label: string, kind: Kind]>> = {
  number: ["Number", "text"],
  name: ["Name", "text"],
  originalBalance: ["Original balance", "money"],
  currentBalance: ["Current balance", "money"],
  balanceAsOf: ["Balance as of", "date"],
  originationDate: ["Origination", "date"],
  maturityDate: ["Maturity", "date"],
  anticipatedRepaymentDate: ["Anticipated repayment", "date"],
  rate: ["Rate", "percent"],
  rateType: ["Type of rate", "word"],
  structure: ["Structure", "word"],
  noteName: ["Note", "text"],
  share: ["Share of the whole debt", "percent"],
  lienPosition: ["Lien position", "text"],
  status: ["Status", "word"],
  borrower: ["Borrower", "text"],
  guarantors: ["Guarantors", "text"],
  recourse: ["Recourse", "word"],
  lenderId: ["Lender", "reference"],
  fundId: ["Fund", "reference"],
  portfolioId: ["Portfolio", "reference"],
  originator: ["Originator", "text"],
  servicer: ["Servicer", "text"],
  properties: ["Property", "reference"],
  propertyId: ["Property", "reference"],
  allocatedAmount: ["Allocated amount", "money"],
  statementBasis: ["Basis of income", "word"],
  reported: ["Reported by the servicer", "text"],
  riskRating: ["Risk rating", "text"],
  rating: ["Rating", "text"],
  reason: ["Reason", "text"],
  asOf: ["As of", "date"],
  dscr: ["DSCR", "ratio"],
  dscrNetCashFlow: ["DSCR on net cash flow", "ratio"],
  annualDebtService: ["Annual debt service", "money"],
  tags: ["Tag", "text"],
  customFields: ["Custom field", "text"],
  dayCount: ["Day count", "word"],
  frequency: ["Payments", "word"],
  paymentsInAdvance: ["Payments in advance", "text"],
  firstPaymentDate: ["First payment", "date"],
  interestStartDate: ["Interest from", "date"],
  paymentDay: ["Payment day", "text"],
  amortizationMonths: ["Amortization", "months"],
  interestOnlyMonths: ["Interest only", "months"],
  amortizationFromClosing: ["Amortization counts from closing", "text"],
  levelPayment: ["Level payment", "money"],
  paymentBasis: ["Basis of the level payment", "word"],
  cashAfterAnticipatedRepayment: ["Cash after the anticipated repayment", "money"],
  payRate: ["Interest is paid at", "percent"],
  capitalizingPayment: ["Payment, the rest is capitalized", "money"],
  capitalizationLimit: ["Most capitalized, of the original balance", "ratio"],
  curtailments: ["Partial prepayments", "money"],
  commitment: ["Commitment", "money"],
  draws: ["Draws", "money"],
  unusedFeeRate: ["Fee on what is not drawn", "percent"],
  unusedFeeDayCount: ["Days of that fee", "word"],
  drawnOn: ["Drawn", "date"],
  fixedPrincipal: ["Principal with each payment", "money"],
  scheduledPrincipal: ["Scheduled principal", "money"],
  dueDate: ["Due", "date"],
  amount: ["Amount", "money"],
  graceDays: ["Days of grace", "days"],
  businessDayRule: ["Business-day rule", "word"],
  accrualAdjusted: ["Accrual moves with the payment", "text"],
  interestRounding: ["Rounding of interest", "word"],
  paymentRounding: ["Rounding of the payment", "word"],
  dailyRateDecimals: ["Decimals of a day's rate", "text"],
  businessDayCalendar: ["Calendar of business days", "text"],
  floating: ["Floating terms", "text"],
  index: ["Index", "text"],
  spread: ["Spread", "percent"],
  indexFloor: ["Index floor", "percent"],
  rateFloor: ["Rate floor", "percent"],
  rateCeiling: ["Rate ceiling", "percent"],
  lookbackBusinessDays: ["Lookback in business days", "days"],
  resetMonths: ["Reset every", "months"],
  firstResetDate: ["First reset", "date"],
  calendar: ["Calendar", "text"],
  rounding: ["Rounding of the index", "word"],
  setting: ["Setting of the rate", "word"],
  adjustment: ["Spread adjustment", "percent"],
  floorOnAdjusted: ["Floor is of the adjusted index", "text"],
  carryDays: ["An earlier fixing may stand in for", "days"],
  observationShift: ["Observation shift", "text"],
  lockoutBusinessDays: ["Lockout in business days", "days"],
  dailyFloor: ["Daily floor", "percent"],
  fixedRate: ["Fixed rate", "percent"],
  fixedUntil: ["Fixed until", "date"],
  rateSteps: ["Rate step", "percent"],
  fromDate: ["From", "date"],
  prepayment: ["Prepayment phase", "text"],
  kind: ["Kind", "word"],
  until: ["Until", "date"],
  monthsBeforeMaturity: ["Ends before maturity", "months"],
  penalty: ["Penalty", "percent"],
  formula: ["Formula", "word"],
  discounting: ["Discounting", "word"],
  matchedTo: ["Treasury matched to", "word"],
  betweenMaturities: ["Between maturities", "word"],
  yieldDecimals: ["Decimals of the yield", "text"],
  measuredTo: ["Measured to", "word"],
  monthsLeft: ["Months left", "word"],
  percentages: ["Percentage", "percent"],
  monthsEach: ["Months of each percentage", "months"],
  countedFrom: ["Counted from", "date"],
  minimumInterest: ["Minimum interest", "money"],
  minimumInterestMonths: ["Minimum interest of", "months"],
  fees: ["Fee", "text"],
  percentage: ["Percentage", "percent"],
  partialPrepayment: ["Prepayment in part", "word"],
  payoffInterestTo: ["Payoff interest to", "word"],
  floor: ["Floor", "percent"],
  terms: ["Terms", "text"],
  extensionOptions: ["Extension option", "text"],
  months: ["Months", "months"],
  fee: ["Fee", "percent"],
  noticeDaysAtLeast: ["Notice at least", "days"],
  noticeDaysAtMost: ["Notice at most", "days"],
  minimumDebtYield: ["Debt yield at least", "percent"],
  conditions: ["Conditions", "text"],
  exercisedOn: ["Exercised", "date"],
  paidOn: ["Paid", "date"],
  effect: ["Level payment", "word"],
  reserves: ["Reserve", "text"],
  balance: ["Balance", "money"],
  monthlyDeposit: ["Monthly deposit", "money"],
  cap: ["Cap", "money"],
  hedges: ["Hedge", "text"],
  notional: ["Notional", "money"],
  strike: ["Strike", "percent"],
  floorStrike: ["Floor strike", "percent"],
  startDate: ["Start", "date"],
  endDate: ["End", "date"],
  counterparty: ["Counterparty", "text"],
  premium: ["Premium", "money"],
  amortizationType: ["Repayment", "word"],
  deal: ["Deal", "text"],
  assetNumber: ["Asset number", "text"],
  modified: ["Modified", "text"],
  original: ["Original terms", "text"],
  rollUp: ["Servicer's totals", "text"],
  termsChanges: ["Change of the terms", "text"],
  effectiveOn: ["New terms from", "date"],
  termMonths: ["Term", "months"],
  statedPayment: ["Stated payment", "money"],
  valuations: ["Valuation", "money"],
  operatingStatements: ["Operating statement", "text"],
  revenue: ["Revenue", "money"],
  grossPotentialRent: ["Gross potential rent", "money"],
  operatingExpenses: ["Operating expenses", "money"],
  netOperatingIncome: ["Net operating income", "money"],
  capitalReserves: ["Capital reserves", "money"],
  netCashFlow: ["Net cash flow", "money"],
  occupancy: ["Occupancy", "percent"],
  highestLtv: ["Highest LTV", "percent"],
  targetReturn: ["Target return", "percent"],
  managementFee: ["Management fee", "percent"],
  performanceFee: ["Performance fee", "percent"],
  basis: ["Basis", "word"],
  source: ["Source", "text"],
  periodStart: ["Period from", "date"],
  periodEnd: ["Period to", "date"],
  squareFeet: ["Square feet", "text"],
  units: ["Units", "text"],
};

/** How people call a field of a loan; `terms.` alone says nothing, so it is left out: `Reserve 1: monthly deposit`. */
export function fieldWords(path: string, names: Names): string {
  if (path.startsWith("customFields.")) return `Custom field “${path.slice("customFields.".length)}”`;
  const parts = path.replace(/^terms\./, "").split(/\.(?![^[]*\])/);
  return parts
    .map((part, index) => {
      const [, name = part, place] = /^([^[]+)(?:\[(.*)\])?$/.exec(part) ?? [];
      const label = FIELDS[name]?.[0] ?? word(spaced(name));
      const told = index === 0 ? label : lowerFirst(label);
      return place === undefined ? told : `${told} ${placeWords(name, place, names)}`;
    })
    .join(": ");
}

function placeWords(name: string, place: string, names: Names): string {
  if (/^\d+$/.test(place)) return String(Number(place) + 1);
  return name === "properties" ? (names.get(place) ?? place) : `“${place}”`;
}

/** A value of a loan's field as people read it, one line for each thing of a list. */
export function valueWords(path: string, value: Value, formats: Formats, names: Names): string[] {
  if (value == null || value === "") return [UNKNOWN];
  if (typeof value === "boolean") return [value ? "Yes" : "No"];
  if (Array.isArray(value)) {
    return value.length === 0
      ? ["None"]
      : value.flatMap((item) => valueWords(path, item as Value, formats, names));
  }
  if (typeof value === "object") {
    const said = Object.entries(value).filter(([, inner]) => inner != null && inner !== "");
    const words = said.map(([name, inner]) => {
      const text = valueWords(name, inner, formats, names).join(", ");
      return name === "propertyId" || name === "kind"
        ? text
        : `${lowerFirst(fieldWords(name, names))} ${text}`;
    });
    return [words.join(", ")];
  }
  return [leafWords(path, String(value), formats, names)];
}

function leafWords(path: string, text: string, formats: Formats, names: Names): string {
  if (path.startsWith("customFields.")) return text;
  switch (FIELDS[lastName(path)]?.[1]) {
    case "money":
      return isDecimal(text) ? money(text, formats) : text;
    case "percent":
      return isDecimal(text) ? exactRate(text, formats) : text;
    case "ratio":
      return isDecimal(text) ? ratio(text, formats) : text;
    case "date":
      return isDate(text) ? date(text, formats) : text;
    case "months":
      return isDecimal(text) ? `${count(text, formats)} ${text === "1" ? "month" : "months"}` : text;
    case "days":
      return isDecimal(text) ? `${count(text, formats)} ${text === "1" ? "day" : "days"}` : text;
    case "reference":
      return names.get(text) ?? text;
    case "word":
      return word(text);
    default:
      return text;
  }
}

/** Whether people write a field as a percentage that the server has as a fraction. */
export const isPercentage = (path: string): boolean =>
  !path.startsWith("customFields.") && FIELDS[lastName(path)]?.[1] === "percent";

/** The field's own name in its path: `terms.prepayment[0].until` is an `until`. */
function lastName(path: string): string {
  return (
    path
      .replace(/\[[^\]]*\]/g, "")
      .split(".")
      .at(-1) ?? path
  );
}

const isDecimal = (text: string) => /^-?\d+(\.\d+)?$/.test(text);
const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
const spaced = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** As it stands within a sentence: abbreviations stay as they are. */
const lowerFirst = (text: string) =>
  /^[A-Z]{2}/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
