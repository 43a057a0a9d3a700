"use client";

import {
  Button,
  Group,
  NumberInput,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";

import { MemberSelect, MembersSelect } from "@/components/fields/members-select";
import { PartySelect } from "@/components/fields/party-select";
import { useSaving } from "@/components/use-saving";

import { options } from "../dates/date-words";
import { changeRule, makeRule, readRule, type Rule } from "./api/rules";
import { RuleCondition } from "./rule-condition";
import { RuleSentence } from "./rule-sentence";
import { draftOf, NEW_RULE, type RuleValues, valuesOf } from "./rule-values";
import { RULE_KINDS } from "./rule-words";

const LOANS = [
  ["lenderId", "lenders", "Lender"],
  ["fundId", "funds", "Fund"],
  ["portfolioId", "portfolios", "Portfolio"],
] as const;
const USUAL_HOURS = 24;
const FIELDS = [
  "name",
  "figure",
  "side",
  "threshold",
  "clearsAt",
  "step",
  "dateKind",
  "days",
  "lenderId",
  "fundId",
  "portfolioId",
  "recipients",
  "urgent",
  "escalateTo",
  "escalateAfterHours",
];

/** Makes a rule, or changes one; a sentence says what it will do. */
export function RuleForm({
  rule,
  onSaved,
  onCancel,
}: {
  rule: Rule | null;
  onSaved: (rule: Rule) => void;
  onCancel: () => void;
}) {
  const form = useForm<RuleValues>({ initialValues: rule === null ? NEW_RULE : valuesOf(rule) });
  const { submit, pending, notice } = useSaving<Rule>({
    version: rule?.version ?? 0,
    save: (version) => {
      const draft = draftOf(form.getValues());
      return rule === null ? makeRule(draft) : changeRule(rule.id, version, draft);
    },
    latest: () => readRule(rule?.id ?? ""),
    show: (stored) => form.setValues(valuesOf(stored)),
    onSaved,
    refuse: form.setErrors,
    fields: FIELDS,
  });
  const { values } = form;
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          label="Name"
          placeholder="Thin coverage"
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps("name")}
        />
        <SegmentedControl
          aria-label="Kind"
          data={options(RULE_KINDS)}
          value={values.kind}
          onChange={(kind) => form.setFieldValue("kind", kind as RuleValues["kind"])}
        />
        <RuleCondition form={form} />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          {LOANS.map(([field, kind, label]) => (
            <PartySelect
              key={field}
              kind={kind}
              label={label}
              placeholder="Any"
              value={values[field]}
              onChange={(id) => form.setFieldValue(field, id)}
              error={form.errors[field]}
            />
          ))}
        </SimpleGrid>
        <MembersSelect
          label="Tell"
          description="Empty: all who may change loans."
          value={values.recipients}
          onChange={(ids) => form.setFieldValue("recipients", ids)}
          error={form.errors.recipients}
        />
        <Switch label="Urgent" {...form.getInputProps("urgent", { type: "checkbox" })} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <MemberSelect
            label="If nobody sees to it, tell"
            value={values.escalateTo}
            onChange={(id) =>
              form.setValues({ escalateTo: id, escalateAfterHours: values.escalateAfterHours || USUAL_HOURS })
            }
            error={form.errors.escalateTo}
          />
          {values.escalateTo !== null && (
            <NumberInput
              label="After hours"
              required
              min={1}
              max={720}
              allowDecimal={false}
              clampBehavior="none"
              {...form.getInputProps("escalateAfterHours")}
            />
          )}
        </SimpleGrid>
        <Paper
          p="sm"
          bg="var(--surface)"
          bd="1px solid var(--surface-border)"
          role="status"
          aria-label="What the rule will do"
        >
          <RuleSentence draft={draftOf(values)} size="sm" />
        </Paper>
        {notice}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            {rule === null ? "Add rule" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
