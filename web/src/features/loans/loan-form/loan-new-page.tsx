"use client";

import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useState } from "react";

import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";

import { createLoanForm } from "../forms/form-context";
import { draftFrom, formOf, type LoanFormValues } from "../forms/form-values";
import { KeptNotice } from "../forms/kept-notice";
import { type Kept, useKeptDraft } from "../forms/use-kept-draft";
import { useLeaveWarning } from "../forms/use-leave-warning";
import { orStopped, useStoppable } from "../forms/use-stoppable";
import { intentions, useCreateLoan } from "../records/api/loan-changes";
import { newDraft } from "../records/loan-draft";
import { loanHref } from "../records/use-loan-address";
import { LoanForm } from "./loan-form";

/** A loan that is not there yet. */
export function LoanNewPage() {
  const mayWrite = useMay("portfolio.write");
  const { found, keep, forget } = useKeptDraft<LoanFormValues>("loan");
  const [taken, setTaken] = useState<Kept<LoanFormValues> | null>(null);
  if (!mayWrite) {
    return (
      <EmptyState title="Read-only access">
        Your role can’t create loans. Ask an administrator to change it.
      </EmptyState>
    );
  }
  return (
    <Page title="New loan">
      <NewLoan
        key={taken?.at ?? ""}
        initial={taken?.draft ?? null}
        kept={taken === null ? found : null}
        onTake={setTaken}
        keep={keep}
        forget={forget}
      />
    </Page>
  );
}

function NewLoan({
  initial,
  kept,
  onTake,
  keep,
  forget,
}: {
  initial: LoanFormValues | null;
  kept: Kept<LoanFormValues> | null;
  onTake: (kept: Kept<LoanFormValues>) => void;
  keep: (values: LoanFormValues) => void;
  forget: () => void;
}) {
  const router = useRouter();
  const create = useCreateLoan();
  const { run, stop } = useStoppable();
  const [keyFor] = useState(intentions);
  const [empty] = useState(() => formOf(newDraft()));
  const form = createLoanForm({
    mode: "uncontrolled",
    cascadeUpdates: true,
    initialValues: initial ?? empty,
    onValuesChange: (values, before) => {
      // What was touched and taken back is nothing to be kept.
      if (JSON.stringify(values) === JSON.stringify(empty)) forget();
      else keep(values);
      follow(values, before);
    },
  });
  // A field that usually equals another one follows it until somebody changes it.
  const follow = (values: LoanFormValues, before: LoanFormValues) => {
    if (
      values.originalBalance !== before.originalBalance &&
      values.currentBalance === before.originalBalance
    ) {
      form.setFieldValue("currentBalance", values.originalBalance);
    }
    if (values.originationDate !== before.originationDate && values.balanceAsOf === before.originationDate) {
      form.setFieldValue("balanceAsOf", values.originationDate);
    }
  };
  const unsaved = () => !create.isSuccess && JSON.stringify(form.getValues()) !== JSON.stringify(empty);
  useLeaveWarning(unsaved);
  const save = async () => {
    const draft = draftFrom(form.getValues());
    const loan = await run((signal) => create.mutateAsync({ draft, key: keyFor(draft), signal }));
    forget();
    notifications.show({ message: `Created ${loan.number} ${loan.name}` });
    router.push(loanHref({ id: loan.id }));
  };
  return (
    <LoanForm
      form={form}
      problem={orStopped(create.error)}
      saving={create.isPending || create.isSuccess}
      saveLabel="Create loan"
      onSave={save}
      onStop={stop}
      onCancel={() => router.push("/loans/")}
      notice={
        kept === null ? undefined : <KeptNotice at={kept.at} onTake={() => onTake(kept)} onDiscard={forget} />
      }
    />
  );
}
