"use client";

import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { flushSync } from "react-dom";

import type { Party } from "@/api/parties";
import { Problem } from "@/api/problem";
import { leaving } from "@/components/leaving";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";
import { showUndo } from "@/components/undo";

import { CustomFieldRows } from "../forms/custom-fields";
import { createLoanForm, LoanFormProvider } from "../forms/form-context";
import { FormSection } from "../forms/form-section";
import { customFieldFaults, type LoanFormValues } from "../forms/form-values";
import { KeptNotice } from "../forms/kept-notice";
import { loanRefusals } from "../forms/refusals";
import { type Kept, useKeptDraft } from "../forms/use-kept-draft";
import { useLeaveWarning } from "../forms/use-leave-warning";
import { orStopped, useStoppable } from "../forms/use-stoppable";
import { intentions } from "../records/api/loan-changes";
import { type Draft, partyChanged, restoreVersion, saveParty } from "../records/api/party";
import { draftOf, type List, type Section, type Shape } from "../records/shape";
import { PartyConflict } from "./party-conflict";
import { PartyField } from "./party-field";
import { draftFromValues, valuesOf } from "./party-form-values";
import { PartyRows } from "./party-rows";

/** What is being written, and on what: the thing as it was read, null for a new one. */
interface Writing {
  readonly values: LoanFormValues;
  readonly seen: Party | null;
}

/**
 * Creates a thing or changes it: the fields of the sections and lists given, everything else as it is. What somebody
 * else changed meanwhile is shown field by field.
 */
export function PartyForm({
  shape,
  thing,
  sections,
  lists,
  customFields = false,
  onSaved,
  onCancel,
}: {
  shape: Shape;
  thing: Party | null;
  sections: readonly Section[];
  lists: readonly List[];
  customFields?: boolean;
  onSaved: (thing: Party) => void;
  onCancel: () => void;
}) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(thing);
  const [keyFor] = useState(intentions);
  const root = useRef<HTMLFormElement>(null);
  const base = seen === null ? shape.newDraft : draftOf(shape, seen);
  const { found, keep, forget } = useKeptDraft<Writing>(
    [
      shape.kind,
      thing?.id ?? "new",
      ...sections.map(({ title }) => title),
      ...lists.map(({ path }) => path),
    ].join(),
  );
  const form = createLoanForm({
    mode: "uncontrolled",
    cascadeUpdates: true,
    initialValues: valuesOf(base),
    onValuesChange: (values) => keep({ values, seen }),
  });
  // Drawn at once: the next frame may come before a slow machine has drawn what was refused.
  const refuse = (errors: Record<string, string>) => {
    flushSync(() => form.setErrors(errors));
    showFirst(root.current);
  };
  const { run, stop } = useStoppable();
  const save = useMutation({
    mutationFn: (draft: Draft) => run((signal) => saveParty(shape.kind, draft, seen, keyFor(draft), signal)),
    onSuccess: (saved) => {
      forget();
      partyChanged(client, shape.kind, saved);
      if (seen !== null && saved.version !== seen.version) {
        showUndo(`${saved.name} was changed.`, async () =>
          partyChanged(client, shape.kind, await restoreVersion(shape.kind, saved.id, seen.version)),
        );
      }
      onSaved(saved);
    },
    onError: (error) => {
      refuse(loanRefusals(error, form.getValues()));
    },
  });
  const unsaved = () =>
    !save.isSuccess && JSON.stringify(form.getValues()) !== JSON.stringify(valuesOf(base));
  useLeaveWarning(unsaved);
  const goOn = ({ draft }: Kept<Writing>) => {
    forget();
    // The version that it was based on: what somebody has changed since is shown once it is saved.
    setSeen(draft.seen);
    form.setValues(draft.values);
    keep(draft);
  };
  const submit = () => {
    const values = form.getValues();
    const faults = customFieldFaults(values.customFields);
    form.clearErrors();
    if (Object.keys(faults).length > 0) refuse(faults);
    else save.mutate(draftFromValues(values));
  };
  const cancel = () => {
    if (!unsaved()) forget();
    leaving(onCancel);
  };
  const stale = save.error instanceof Problem && save.error.status === 412 && seen !== null;
  return (
    <LoanFormProvider form={form}>
      <form
        ref={root}
        noValidate
        aria-label={thing === null ? `New ${shape.noun}` : `Edit the ${shape.noun}`}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          {found !== null && <KeptNotice at={found.at} onTake={() => goOn(found)} onDiscard={forget} />}
          {sections.map(({ title, fields }) => (
            <FormSection key={title} title={title}>
              {fields.map((field) => (
                <PartyField key={field.path} field={field} />
              ))}
            </FormSection>
          ))}
          {lists.map((list) => (
            <Surface key={list.path} title={list.title}>
              <PartyRows list={list} />
            </Surface>
          ))}
          {customFields && (
            <Surface title="Custom fields">
              <CustomFieldRows />
            </Surface>
          )}
          {stale && (
            <PartyConflict
              shape={shape}
              base={seen}
              mine={draftFromValues(form.getValues())}
              onDecided={(draft, theirs) => {
                const values = valuesOf(draft);
                form.setValues(values);
                setSeen(theirs);
                keep({ values, seen: theirs });
                save.reset();
              }}
            />
          )}
          {!stale && !save.isPending && (
            <div data-problem>
              <SaveProblem problem={orStopped(save.error)} fields="all" />
            </div>
          )}
          <Group gap="sm">
            <Button type="submit" loading={save.isPending} disabled={stale}>
              {thing === null ? `Create ${shape.noun}` : "Save"}
            </Button>
            <Button variant="default" onClick={save.isPending ? stop : cancel}>
              {save.isPending ? "Stop" : "Cancel"}
            </Button>
          </Group>
        </Stack>
      </form>
    </LoanFormProvider>
  );
}

/** Lead to the first field that was refused, or to why nothing was saved, once it is drawn. */
function showFirst(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const field = form?.querySelector<HTMLElement>("[aria-invalid='true']");
    if (field == null) form?.querySelector("[data-problem]")?.scrollIntoView({ block: "nearest" });
    else field.focus();
  });
}
