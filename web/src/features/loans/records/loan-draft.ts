import type { Schemas } from "@/api/client";

export type Loan = Schemas["Loan"];
export type LoanDraft = Schemas["LoanDraft"];

/** What the service keeps of a loan itself. The compiler names a field of `Loan` that is neither here nor in a draft. */
const KEPT_BY_THE_SERVICE: Record<Exclude<keyof Loan, keyof LoanDraft>, true> = {
  id: true,
  org: true,
  version: true,
  amortizationType: true,
  propertyIds: true,
  riskRatingHistory: true,
  deal: true,
  assetNumber: true,
  modified: true,
  rollUp: true,
  original: true,
  termsChanges: true,
  sources: true,
  statementBasisChosen: true,
};

/** All that a person may say about a loan: a change sends the whole of it back, also what no form shows. */
export function draftOf(loan: Loan): LoanDraft {
  const fields = Object.entries(loan).filter(([name]) => !(name in KEPT_BY_THE_SERVICE));
  // The server leaves out what a phase does not state; a form needs each field to be there.
  const prepayment = loan.terms.prepayment.map((phase) => ({ ...NEW_PHASE, ...phase }));
  return { ...Object.fromEntries(fields), terms: { ...loan.terms, prepayment } } as LoanDraft;
}

/** A phase of prepayment of which nothing is stated but that it is locked out. */
export const NEW_PHASE: Required<Schemas["PrepaymentPhaseInput"]> = {
  kind: "lockout",
  fromDate: null,
  until: null,
  months: null,
  monthsBeforeMaturity: null,
  penalty: null,
  floor: null,
  spread: null,
  formula: null,
  discounting: null,
  matchedTo: null,
  betweenMaturities: null,
  yieldDecimals: null,
  measuredTo: null,
  monthsLeft: null,
  percentages: [],
  monthsEach: null,
  countedFrom: null,
  minimumInterest: null,
  minimumInterestMonths: null,
  fees: [],
  terms: null,
};

export const NEW_TERMS: Schemas["NoteTermsInput"] = {
  dayCount: "actual_360",
  frequency: "monthly",
  paymentsInAdvance: false,
  firstPaymentDate: null,
  interestStartDate: null,
  paymentDay: null,
  amortizationMonths: null,
  interestOnlyMonths: 0,
  amortizationFromClosing: false,
  levelPayment: null,
  paymentBasis: "note_rate",
  fixedPrincipal: null,
  cashAfterAnticipatedRepayment: null,
  payRate: null,
  capitalizingPayment: null,
  capitalizationLimit: null,
  curtailments: [],
  commitment: null,
  draws: [],
  unusedFeeRate: null,
  unusedFeeDayCount: null,
  scheduledPrincipal: [],
  graceDays: null,
  businessDayRule: "unadjusted",
  accrualAdjusted: false,
  interestRounding: "half_up",
  paymentRounding: "cent",
  dailyRateDecimals: null,
  businessDayCalendar: null,
  floating: null,
  rateSteps: [],
  prepayment: [],
  partialPrepayment: null,
  payoffInterestTo: "payoff_date",
  extensionOptions: [],
  reserves: [],
  hedges: [],
};

export const NEW_FLOATING: Schemas["FloatingTermsInput"] = {
  index: "SOFR",
  spread: "",
  indexFloor: null,
  rateFloor: null,
  rateCeiling: null,
  lookbackBusinessDays: null,
  resetMonths: 1,
  firstResetDate: null,
  calendar: null,
  rounding: "none",
  setting: "in_advance",
  adjustment: null,
  floorOnAdjusted: false,
  carryDays: 0,
  observationShift: false,
  lockoutBusinessDays: null,
  dailyFloor: null,
  fixedRate: null,
  fixedUntil: null,
};

/** A loan nobody has said anything about yet: the most usual terms. */
export function newDraft(): LoanDraft {
  return {
    number: "",
    name: "",
    originalBalance: "",
    currentBalance: "",
    balanceAsOf: "",
    originationDate: "",
    maturityDate: "",
    anticipatedRepaymentDate: null,
    rate: "",
    rateType: "fixed",
    terms: NEW_TERMS,
    structure: "whole_loan",
    noteName: null,
    share: null,
    lienPosition: null,
    status: "current",
    borrower: null,
    guarantors: [],
    recourse: null,
    lenderId: null,
    fundId: null,
    portfolioId: null,
    originator: null,
    servicer: null,
    properties: [],
    statementBasis: null,
    reported: null,
    riskRating: null,
    tags: [],
    customFields: {},
  };
}
