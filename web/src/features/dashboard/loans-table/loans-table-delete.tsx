"use client";

import { Alert, Button, Group, List, Modal, Progress, ScrollArea, Stack, Text } from "@mantine/core";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { showUndo } from "@/components/undo";
import { useFormats } from "@/format/formats";

import type { LoanLine } from "../loan-lines/api/loan-lines";
import { type Deleted, deleteLoans, restoreLoans } from "./api/loans-table-delete";
import { plural } from "./loans-table-totals";

const NAMED = 5;

/** What loans count in is asked for again. */
async function loansChanged(queries: QueryClient): Promise<void> {
  await Promise.all(
    ["dashboard", "loans", "properties"].map((thing) => queries.invalidateQueries({ queryKey: [thing] })),
  );
}

/** Asks before it deletes loans, shows how far it is, names those that stayed, and can bring them all back. */
export function LoansTableDelete({
  loans,
  onDone,
  onClose,
}: {
  loans: readonly LoanLine[];
  onDone: () => void;
  onClose: () => void;
}) {
  const formats = useFormats();
  const queries = useQueryClient();
  const [done, setDone] = useState(0);
  const deletion = useMutation({
    mutationFn: () => deleteLoans(loans, setDone),
    onSuccess: ({ deleted, refused }) => {
      if (deleted.length > 0) {
        showUndo(`Deleted ${plural(deleted.length, formats)}`, () => bringBack(queries, deleted));
      }
      void loansChanged(queries);
      onDone();
      if (refused.length === 0) onClose();
    },
  });
  const refused = deletion.data?.refused ?? [];
  const others = loans.length - NAMED;
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        refused.length > 0 ? "Some loans could not be deleted" : `Delete ${plural(loans.length, formats)}?`
      }
      closeOnClickOutside={!deletion.isPending}
      closeOnEscape={!deletion.isPending}
      withCloseButton={!deletion.isPending}
    >
      <Stack>
        {refused.length > 0 ? (
          <Alert color="red" role="alert" title={`${plural(refused.length, formats)} stayed`}>
            <ScrollArea.Autosize mah={240}>
              <List size="sm">
                {refused.map(({ loan, reason }) => (
                  <List.Item key={loan.loanId} style={{ overflowWrap: "anywhere" }}>
                    <bdi>{loan.number}</bdi>: {reason}
                  </List.Item>
                ))}
              </List>
            </ScrollArea.Autosize>
          </Alert>
        ) : (
          <>
            <List size="sm">
              {loans.slice(0, NAMED).map(({ loanId, number, name }) => (
                <List.Item key={loanId} style={{ overflowWrap: "anywhere" }}>
                  <bdi>{number}</bdi> · <bdi>{name}</bdi>
                </List.Item>
              ))}
              {others > 0 && <List.Item>and {plural(others, formats)} more</List.Item>}
            </List>
            <Text size="sm" c="dimmed">
              Removed from all figures. Properties stay. You can restore the loans later.
            </Text>
          </>
        )}
        {deletion.isPending && (
          <Progress.Root size="lg">
            <Progress.Section
              value={(100 * done) / loans.length}
              aria-label={`${done} of ${loans.length} done`}
            />
          </Progress.Root>
        )}
        <Group justify="flex-end">
          {refused.length > 0 ? (
            <Button variant="default" onClick={onClose} data-autofocus>
              Close
            </Button>
          ) : (
            <>
              <Button variant="default" onClick={onClose} disabled={deletion.isPending} data-autofocus>
                Cancel
              </Button>
              <Button color="red" onClick={() => deletion.mutate()} loading={deletion.isPending}>
                Delete
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

async function bringBack(queries: QueryClient, deleted: readonly Deleted[]): Promise<void> {
  const failed = await restoreLoans(deleted);
  await loansChanged(queries);
  if (failed > 0) throw new Error(`${failed} of ${deleted.length} stay deleted. Their history is kept.`);
}
