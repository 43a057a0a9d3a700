"use client";

import { notifications } from "@mantine/notifications";
import { type ReactNode, useState } from "react";

import { idempotencyKey } from "@/api/client";
import { Problem } from "@/api/problem";
import { Page } from "@/components/page";
import { showUndo } from "@/components/undo";

import { createLoanForm } from "../forms/form-context";
import { draftFrom, formOf, type LoanFormValues } from "../forms/form-values";
import { KeptNotice } from "../forms/kept-notice";
import { loanRefusals } from "../forms/refusals";
import { useKeptDraft } from "../forms/use-kept-draft";
import { useLeaveWarning } from "../forms/use-leave-warning";
import { isStopped, orStopped, useStoppable } from "../forms/use-stoppable";
import { type Dating, useRestoreEarlier, useUpdateLoan } from "../records/api/loan-changes";
import { draftOf, type Loan, type LoanDraft } from "../records/loan-draft";
import { LoanNotice } from "../records/notice";
import { useLoanAddress } from "../records/use-loan-address";
import { LoanConflict } from "./loan-conflict";
import { LoanForm } from "./loan-form";
import { TermsDating, undatedTerms } from "./terms-dating";

/** What is being written, and the version it was begun with: what others change meanwhile is told by it. */
interface Edit {
  values: LoanFormValues;
  base: LoanDraft;
  version: number;
  /** Why the server refused it, where it was sent already. */
  refused?: Error;
}

/** Changes a loan. The page behind may learn of newer versions; the form stays with the one it began with. */
export function LoanEdit({ loan }: { loan: Loan }) {
  const kept = useKeptDraft<Edit>(`loan:${loan.id}`);
  const [begun, setBegun] = useState<{ edit: Edit; taken: number }>(() => ({ edit: editOf(loan), taken: 0 }));
  const goOn = (edit: Edit) => setBegun((before) => ({ edit, taken: before.taken + 1 }));
  return (
    <Page title={`Edit ${loan.name}`} subtitle={loan.number}>
      <EditForm
        key={begun.taken}
        loan={loan}
        edit={begun.edit}
        keep={kept.keep}
        forget={kept.forget}
        goOn={goOn}
        notice={
          kept.found !== null && begun.taken === 0 ? (
            <KeptNotice
              at={kept.found.at}
              onTake={() => kept.found && goOn(kept.found.draft)}
              onDiscard={kept.forget}
            />
          ) : undefined
        }
      />
    </Page>
  );
}

function editOf(loan: Loan): Edit {
  const base = draftOf(loan);
  return { values: formOf(base), base, version: loan.version };
}

function EditForm({
  loan,
  edit,
  keep,
  forget,
  goOn,
  notice,
}: {
  loan: Loan;
  edit: Edit;
  keep: (edit: Edit) => void;
  forget: () => void;
  goOn: (edit: Edit) => void;
  notice: ReactNode;
}) {
  const { go } = useLoanAddress();
  const update = useUpdateLoan(loan.id);
  const { run, stop } = useStoppable();
  const undo = useRestoreEarlier(loan.id);
  /** My version, while somebody else's newer one has to be reconciled with it. */
  const [mine, setMine] = useState<{ draft: LoanDraft; attempt: number } | null>(null);
  const form = createLoanForm({
    mode: "uncontrolled",
    cascadeUpdates: true,
    initialValues: edit.values,
    initialErrors: loanRefusals(edit.refused, edit.values),
    // What was touched and taken back is nothing to be kept.
    onValuesChange: (values) =>
      JSON.stringify(draftFrom(values)) === JSON.stringify(edit.base)
        ? forget()
        : keep({ values, base: edit.base, version: edit.version }),
  });
  const unsaved = () =>
    !update.isSuccess && JSON.stringify(draftFrom(form.getValues())) !== JSON.stringify(edit.base);
  useLeaveWarning(unsaved);
  /** A change of terms, until it is said since when they hold. */
  const [undated, setUndated] = useState<{ draft: LoanDraft; version: number; terms: string[] } | null>(null);
  const save = async (draft: LoanDraft, version: number, dating?: Dating) => {
    try {
      const saved = await run((signal) => update.mutateAsync({ draft, version, dating, signal }));
      forget();
      go({ editing: false });
      if (saved.version === version) {
        notifications.show({ message: "No changes to save." });
        return;
      }
      showUndo(`${saved.number} ${saved.name} was saved`, () =>
        undo.mutateAsync({ version, key: idempotencyKey() }),
      );
    } catch (error) {
      const terms = undatedTerms(error);
      if (terms.length > 0) {
        setMine(null);
        setUndated({ draft, version, terms });
        return;
      }
      if (!(error instanceof Problem && error.status === 412)) throw error;
      setUndated(null);
      setMine((before) => ({ draft, attempt: (before?.attempt ?? 0) + 1 }));
    }
  };
  const stale = update.error instanceof Problem && update.error.status === 412;
  const asking = undated !== null || undatedTerms(update.error).length > 0;
  return (
    <>
      <LoanForm
        form={form}
        problem={stale || asking ? null : (orStopped(update.error) ?? edit.refused ?? null)}
        saving={update.isPending}
        saveLabel="Save"
        onSave={() => save(draftFrom(form.getValues()), edit.version)}
        onStop={stop}
        onCancel={() => go({ editing: false })}
        notice={
          notice ??
          (loan.version > edit.version && !update.isSuccess ? (
            <LoanNotice
              color="yellow"
              title={
                isStopped(update.error)
                  ? "This loan was changed by your stopped save or by someone else"
                  : "This loan was changed while you were editing"
              }
            >
              Your edits are kept. When you save, you see both versions side by side.
            </LoanNotice>
          ) : undefined)
        }
      />
      {undated !== null && (
        <TermsDating
          terms={undated.terms}
          refused={update.error}
          saving={update.isPending}
          onSave={async (dating) => {
            try {
              await save(undated.draft, undated.version, dating);
            } catch (error) {
              const refused = error instanceof Problem ? error : undefined;
              if (refused?.errors.some(({ field }) => field === "effectiveOn")) return;
              // What is refused of the loan itself is said in its form.
              goOn({ ...edit, values: form.getValues(), refused });
            }
          }}
          onClose={() => setUndated(null)}
        />
      )}
      {mine !== null && (
        <LoanConflict
          key={mine.attempt}
          loanId={loan.id}
          base={edit.base}
          baseVersion={edit.version}
          mine={mine.draft}
          saving={update.isPending}
          onSave={async (draft, theirs) => {
            try {
              await save(draft, theirs.version);
            } catch (error) {
              // What is refused of the merged version is said in the form, which goes on with it.
              const refused = error instanceof Error ? error : undefined;
              goOn({ ...editOf(theirs), values: formOf(draft), refused });
            }
          }}
          onEdit={(draft, theirs) => goOn({ ...editOf(theirs), values: formOf(draft) })}
          onClose={() => setMine(null)}
        />
      )}
    </>
  );
}
