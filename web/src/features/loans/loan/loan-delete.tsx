"use client";

import { useRouter } from "next/navigation";

import { idempotencyKey } from "@/api/client";
import { Deletion } from "@/components/deletion";
import { showUndo } from "@/components/undo";

import { useDeleteLoan, useRestoreLoan } from "../records/api/loan-changes";
import type { Loan } from "../records/loan-draft";
import { loanHref } from "../records/use-loan-address";

/** Deletes a loan after asking; for a while it can be taken back with one press, later from its address. */
export function DeleteLoan({ loan }: { loan: Loan }) {
  const router = useRouter();
  const remove = useDeleteLoan();
  const restore = useRestoreLoan(loan.id);
  const confirm = () =>
    remove.mutate(loan, {
      onSuccess: (sequence) => {
        router.push("/loans/");
        if (sequence === null) return;
        showUndo(`${loan.number} ${loan.name} was deleted`, async () => {
          await restore.mutateAsync({ sequence, key: idempotencyKey() });
          router.push(loanHref({ id: loan.id }));
        });
      },
    });
  return (
    <Deletion noun="loan" removal={remove} onDelete={confirm}>
      <strong>{`${loan.number} ${loan.name}`}</strong>
      {" will be removed from all figures. You can restore it later."}
    </Deletion>
  );
}
