import type { DateKind, DateState } from "./api/dates";

export const KINDS: Readonly<Record<DateKind, string>> = {
  maturity: "Maturity",
  anticipated_repayment: "Anticipated repayment",
  extension_notice_opens: "Extension notice opens",
  extension_notice: "Extension notice",
  extension_test: "Extension test",
  payment: "Payment",
  rate_reset: "Rate reset",
  determination: "Rate determination",
  rate_step: "Rate step",
  interest_only_end: "End of interest-only",
  lockout_end: "End of lockout",
  open_period: "Open period",
  cap_expiry: "Cap expiry",
  replacement_cap: "Replacement cap",
  swap_expiry: "Swap expiry",
};

export const STATES: Readonly<Record<DateState, string>> = {
  open: "Open",
  snoozed: "Snoozed",
  missed: "Missed",
  done: "Done",
  waived: "Waived",
};
