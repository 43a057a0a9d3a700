import type { DateKind, Figure, Rule, RuleDraft, RuleKind, Side } from "./api/rules";

/** What the form holds: what belongs to another kind of rule is kept while one looks at this one. */
export interface RuleValues {
  name: string;
  kind: RuleKind;
  figure: Figure;
  side: Side;
  threshold: string;
  clearsAt: string;
  step: string;
  relative: boolean;
  dateKind: DateKind;
  days: number | string;
  lenderId: string | null;
  fundId: string | null;
  portfolioId: string | null;
  recipients: string[];
  urgent: boolean;
  escalateTo: string | null;
  escalateAfterHours: number | string;
  active: boolean;
}

export const NEW_RULE: RuleValues = {
  name: "",
  kind: "threshold",
  figure: "dscr",
  side: "below",
  threshold: "",
  clearsAt: "",
  step: "",
  relative: false,
  dateKind: "maturity",
  days: "",
  lenderId: null,
  fundId: null,
  portfolioId: null,
  recipients: [],
  urgent: false,
  escalateTo: null,
  escalateAfterHours: "",
  active: true,
};

/** A rule as the form shows it. */
export const valuesOf = (rule: Rule): RuleValues => ({
  name: rule.name,
  kind: rule.kind,
  figure: rule.figure ?? NEW_RULE.figure,
  side: rule.side ?? NEW_RULE.side,
  threshold: rule.threshold ?? "",
  clearsAt: rule.clearsAt ?? "",
  step: rule.step ?? "",
  relative: rule.relative,
  dateKind: rule.dateKind ?? NEW_RULE.dateKind,
  days: rule.days ?? "",
  lenderId: rule.lenderId,
  fundId: rule.fundId,
  portfolioId: rule.portfolioId,
  recipients: [...rule.recipients],
  urgent: rule.urgent,
  escalateTo: rule.escalateTo,
  escalateAfterHours: rule.escalateAfterHours ?? "",
  active: rule.active,
});

const text = (value: string): string | null => (value.trim() === "" ? null : value);
const whole = (value: number | string): number | null => (value === "" ? null : Number(value));

/** What the form says of a rule: the fields of its kind, and no others. */
export function draftOf(values: RuleValues): RuleDraft {
  const { name, kind, lenderId, fundId, portfolioId, recipients, urgent, escalateTo, active } = values;
  const common: RuleDraft = {
    name,
    kind,
    figure: null,
    side: null,
    threshold: null,
    clearsAt: null,
    step: null,
    relative: false,
    dateKind: null,
    days: null,
    lenderId,
    fundId,
    portfolioId,
    recipients,
    urgent,
    escalateTo,
    escalateAfterHours: escalateTo === null ? null : whole(values.escalateAfterHours),
    active,
  };
  const { figure, side, threshold, clearsAt, step, relative, dateKind, days } = values;
  switch (kind) {
    case "threshold":
      return { ...common, figure, side, threshold: text(threshold), clearsAt: text(clearsAt) };
    case "change":
      return { ...common, figure, step: text(step), relative };
    case "days_before":
      return { ...common, dateKind, days: whole(days) };
  }
}
