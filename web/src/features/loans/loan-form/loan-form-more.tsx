"use client";

import { Accordion, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { CustomFieldRows } from "../forms/custom-fields";
import { useLoanField, useLoanFormContext } from "../forms/form-context";
import { LoanChoice, LoanDate, LoanMoney, LoanSwitch, LoanTexts, LoanWhole } from "../forms/form-fields";
import { FormGrid } from "../forms/form-section";
import { RatingFields, ReportedFields } from "./loan-form-judgments";
import { FundingFields } from "./loan-form-funding";
import { CurtailmentRows, ExtensionRows, HedgeRows, ReserveRows } from "./loan-form-lists";
import { PrepaymentPart } from "./loan-form-prepayment";
import { CALENDARS } from "./loan-form-rate";

const RULES = ["unadjusted", "following", "modified_following", "preceding", "modified_preceding"] as const;
const BASES = ["underwritten", "trailing_twelve_months", "annual", "budget"] as const;
const INTEREST_ROUNDINGS = ["half_up", "half_even", "down", "up", "carried"] as const;
const PAYMENT_ROUNDINGS = ["cent", "cent_up", "dollar", "dollar_up"] as const;
const PAYMENT_BASES = ["note_rate", "effective_rate"] as const;

/** The folded parts, with the paths whose refusals open them. */
export const PARTS: readonly { id: string; title: string; paths: RegExp; content: () => ReactNode }[] = [
  {
    id: "payment",
    title: "Payment details",
    paths:
      /^terms\.(interestStartDate|levelPayment|paymentBasis|amortizationFromClosing|graceDays|businessDay|accrualAdjusted|interestRounding|paymentRounding|dailyRateDecimals)/,
    content: PaymentDetails,
  },
  {
    id: "prepayment",
    title: "Prepayment",
    paths: /^terms\.(prepayment|partialPrepayment|payoffInterestTo)/,
    content: PrepaymentPart,
  },
  {
    id: "funding",
    title: "Future funding",
    paths: /^terms\.(commitment|draws|unusedFee)/,
    content: FundingFields,
  },
  {
    id: "curtailments",
    title: "Partial prepayments",
    paths: /^terms\.curtailments/,
    content: CurtailmentRows,
  },
  { id: "extensions", title: "Extension options", paths: /^terms\.extensionOptions/, content: ExtensionRows },
  { id: "reserves", title: "Reserves", paths: /^terms\.reserves/, content: ReserveRows },
  { id: "hedges", title: "Hedges", paths: /^terms\.hedges/, content: HedgeRows },
  {
    id: "reported",
    title: "Income and servicer data",
    paths: /^(reported|statementBasis)/,
    content: Reported,
  },
  {
    id: "own",
    title: "Risk rating, tags and custom fields",
    paths: /^(riskRating|tags|customFields)/,
    content: Own,
  },
];

/** The folded parts that hold refused fields. */
export function partsOf(paths: readonly string[]): string[] {
  return PARTS.filter((part) => paths.some((path) => part.paths.test(path))).map(({ id }) => id);
}

/** Everything else a loan may say, folded: what is open is decided by who opens it and by refusals. */
export function MoreFields({ opened, onOpened }: { opened: string[]; onOpened: (opened: string[]) => void }) {
  const { errors } = useLoanFormContext();
  const refused = Object.keys(errors);
  return (
    <Accordion
      multiple
      variant="contained"
      bg="var(--surface)"
      value={opened}
      onChange={onOpened}
      keepMounted={false}
      order={2}
    >
      {PARTS.map(({ id, title, paths, content: Content }) => (
        <Accordion.Item key={id} value={id} data-section>
          <Accordion.Control>
            <Group gap="xs">
              <Text fw={600} size="sm">
                {title}
              </Text>
              <Summary id={id} />
              {refused.some((path) => paths.test(path)) && (
                <Text size="sm" c="var(--negative)">
                  Needs attention
                </Text>
              )}
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <Content />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

const COUNTED: Readonly<Record<string, string>> = {
  prepayment: "terms.prepayment",
  funding: "terms.draws",
  curtailments: "terms.curtailments",
  extensions: "terms.extensionOptions",
  reserves: "terms.reserves",
  hedges: "terms.hedges",
};

/** How many there are, so that nobody has to unfold a part to learn that it is empty. */
function Summary({ id }: { id: string }) {
  const path = COUNTED[id];
  return path === undefined ? null : <Count path={path} />;
}

function Count({ path }: { path: string }) {
  const { value } = useLoanField<readonly unknown[]>(path);
  return (
    <Text size="sm" c="dimmed">
      {value.length === 0 ? "None" : value.length}
    </Text>
  );
}

function PaymentDetails() {
  return (
    <FormGrid>
      <LoanDate
        path="terms.interestStartDate"
        label="Interest from"
        description="Default: one period before the first payment, or closing if later"
      />
      <LoanMoney
        path="terms.levelPayment"
        label="Level payment"
        description="If the note states one; otherwise computed"
      />
      <LoanChoice path="terms.paymentBasis" label="Level payment basis" options={PAYMENT_BASES} />
      <LoanWhole path="terms.graceDays" label="Grace days" />
      <LoanChoice path="terms.businessDayRule" label="Business-day rule" options={RULES} />
      <LoanChoice
        path="terms.businessDayCalendar"
        label="Business-day calendar"
        options={CALENDARS}
        none="Federal Reserve"
      />
      <LoanSwitch path="terms.accrualAdjusted" label="Adjust accrual dates" />
      <LoanChoice path="terms.interestRounding" label="Interest rounding" options={INTEREST_ROUNDINGS} />
      <LoanChoice path="terms.paymentRounding" label="Payment rounding" options={PAYMENT_ROUNDINGS} />
      <LoanWhole
        path="terms.dailyRateDecimals"
        label="Decimals of the rate of a day"
        description="If the lender rounds it; otherwise none"
      />
      <LoanSwitch path="terms.amortizationFromClosing" label="Amortization starts at closing" />
    </FormGrid>
  );
}

function Reported() {
  return (
    <FormGrid>
      <LoanChoice path="statementBasis" label="Basis of income" options={BASES} none="Latest statement" />
      <ReportedFields />
    </FormGrid>
  );
}

function Own() {
  return (
    <>
      <FormGrid>
        <RatingFields />
        <LoanTexts path="tags" label="Tags" />
      </FormGrid>
      <CustomFieldRows />
    </>
  );
}
