"use client";

import { Alert, Button, Kbd, List, Stack, Text } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";

import { leaving } from "@/components/leaving";
import { SaveProblem } from "@/components/save-problem";

import { type LoanFormApi, LoanFormProvider } from "../forms/form-context";
import { focusField, pathWords } from "../forms/form-focus";
import { customFieldFaults } from "../forms/form-values";
import classes from "../forms/form.module.css";
import { loanRefusals } from "../forms/refusals";
import { AmountFields, IdentityFields } from "./loan-form-basics";
import { MoreFields, partsOf } from "./loan-form-more";
import { PartyFields, PropertyFields } from "./loan-form-parties";
import { RateFields } from "./loan-form-rate";
import { RepaymentFields } from "./loan-form-repayment";
import { LiveSchedule } from "./loan-live-schedule";
import { SectionIndex } from "./section-index";

/** A loan being written, with its schedule beside it. `problem` is the server's last refusal. */
export function LoanForm({
  form,
  problem,
  saving,
  saveLabel,
  onSave,
  onStop,
  onCancel,
  notice,
}: {
  form: LoanFormApi;
  problem: Error | null;
  saving: boolean;
  saveLabel: string;
  /** Resolves once it is saved; what refuses it is thrown. */
  onSave: () => Promise<unknown>;
  /** Gives up waiting for the server while it is saving. */
  onStop: () => void;
  onCancel: () => void;
  notice?: ReactNode;
}) {
  const [opened, setOpened] = useState<string[]>(() => partsOf(Object.keys(form.errors)));
  const { setErrors, getValues } = form;

  const refuse = (errors: Record<string, string>) => {
    setErrors(errors);
    const paths = Object.keys(errors);
    setOpened((before) => [...new Set([...before, ...partsOf(paths)])]);
    // What was folded is there to be focused only once it is drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => focusFirst(paths)));
  };
  const submit = () => {
    if (saving) return;
    const faults = customFieldFaults(getValues().customFields);
    if (Object.keys(faults).length > 0) refuse(faults);
    else onSave().catch((error: unknown) => refuse(loanRefusals(error, getValues())));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      submit();
    } else if (event.target instanceof HTMLInputElement) {
      // Who is used to a spreadsheet presses Enter to leave a cell: that must not save a loan half written.
      event.preventDefault();
    }
  };
  const refused = Object.entries(form.errors);
  return (
    <LoanFormProvider form={form}>
      <form
        noValidate
        aria-label="Loan"
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={classes.layout}>
          <Stack gap="md" miw={0}>
            {notice}
            <IdentityFields />
            <AmountFields />
            <RateFields />
            <RepaymentFields />
            <PartyFields />
            <PropertyFields />
            <MoreFields opened={opened} onOpened={setOpened} />
          </Stack>
          <div className={classes.aside}>
            <SectionIndex onOpen={(part) => setOpened((before) => [...new Set([...before, part])])} />
            <LiveSchedule />
          </div>
        </div>
        {refused.length > 0 && <Refusals refused={refused} />}
        <div className={classes.bar}>
          {/* Where the button is that was pressed: the rest of a long form is seldom in sight. */}
          <div className={classes.told}>{!saving && <SaveProblem problem={problem} fields="all" />}</div>
          <Button type="submit" loading={saving}>
            {saveLabel}
          </Button>
          {saving ? (
            <Button variant="default" onClick={onStop}>
              Stop
            </Button>
          ) : (
            <Button variant="default" onClick={() => leaving(onCancel)}>
              Cancel
            </Button>
          )}
          <Text size="xs" c="dimmed" visibleFrom="sm">
            <Kbd size="xs">Ctrl</Kbd> or <Kbd size="xs">⌘</Kbd> + <Kbd size="xs">Enter</Kbd> saves
          </Text>
        </div>
      </form>
    </LoanFormProvider>
  );
}

/** Everything that was refused, each leading to its field. */
function Refusals({ refused }: { refused: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Alert
      color="red"
      mt="md"
      role="alert"
      tabIndex={-1}
      data-refusals
      title={`Fix ${refused.length} ${refused.length === 1 ? "field" : "fields"} to save`}
    >
      <List size="sm" listStyleType="none">
        {refused.map(([path, message]) => (
          <List.Item key={path}>
            <Button
              variant="transparent"
              size="compact-sm"
              px={0}
              td="underline"
              onClick={() => focusField(path)}
            >
              {pathWords(path)}
            </Button>
            {": "}
            {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** The first in the order of the page, whatever order the server told them in. */
function focusFirst(paths: readonly string[]): void {
  const inputs = [...document.querySelectorAll<HTMLElement>("[data-path]")];
  const first = inputs.find((input) => paths.includes(input.dataset.path ?? ""));
  const path = first?.dataset.path ?? paths[0];
  if (path === undefined || focusField(path)) return;
  // A refusal of something without an input here is shown too.
  const refusals = document.querySelector<HTMLElement>("[data-refusals]");
  refusals?.scrollIntoView({ block: "center" });
  refusals?.focus({ preventScroll: true });
}
