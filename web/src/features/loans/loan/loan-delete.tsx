"use client";

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconTrash } from "@tabler/icons-react";
import { useRouter } from "next/navigation";

import { idempotencyKey } from "@/api/client";
import { ProblemNotice } from "@/components/problem-notice";
import { showUndo } from "@/components/undo";

import { useDeleteLoan, useRestoreLoan } from "../records/api/loan-changes";
import type { Loan } from "../records/loan-draft";
import { loanHref } from "../records/use-loan-address";

/** Deletes a loan after asking; for a while it can be taken back with one press, later from its address. */
export function DeleteLoan({ loan }: { loan: Loan }) {
  const [opened, confirmation] = useDisclosure();
  const router = useRouter();
  const remove = useDeleteLoan();
  const restore = useRestoreLoan(loan.id);
  const confirm = () =>
    remove.mutate(loan, {
      onSuccess: (sequence) => {
        confirmation.close();
        router.push("/loans/");
        if (sequence === null) return;
        showUndo(`${loan.number} ${loan.name} was deleted`, async () => {
          await restore.mutateAsync({ sequence, key: idempotencyKey() });
          router.push(loanHref({ id: loan.id }));
        });
      },
    });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => {
          remove.reset();
          confirmation.open();
        }}
      >
        Delete
      </Button>
      <Modal
        opened={opened}
        onClose={confirmation.close}
        title="Delete this loan?"
        closeButtonProps={{ "aria-label": "Close" }}
        centered
      >
        <Stack>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            <strong>{`${loan.number} ${loan.name}`}</strong>
            {" will be removed from all figures. You can restore it later."}
          </Text>
          {remove.error && <ProblemNotice problem={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={confirmation.close} data-autofocus>
              Cancel
            </Button>
            <Button color="red" loading={remove.isPending} onClick={confirm}>
              Delete loan
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
