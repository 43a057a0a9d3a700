"use client";

import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ProblemNotice } from "@/components/problem-notice";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanHistoryQuery, loanQuery } from "../records/api/loan";
import { useActorName } from "../records/api/members";
import { referencesIn, useNames } from "../records/api/names";
import { draftOf, type Loan, type LoanDraft } from "../records/loan-draft";
import { type Choices, differencesOf, mergedBy, plainChoices, type Side } from "../records/merge";
import { LoanNotice } from "../records/notice";
import { LoanConflictFields } from "./loan-conflict-fields";

/**
 * Two changes of one loan: somebody saved another version while this one was being written. Both are shown field by
 * field, what one side alone changed is taken, and where both did a person decides; then it is saved on the newest.
 */
export function LoanConflict({
  loanId,
  base,
  baseVersion,
  mine,
  saving,
  onSave,
  onEdit,
  onClose,
}: {
  loanId: string;
  base: LoanDraft;
  baseVersion: number;
  mine: LoanDraft;
  saving: boolean;
  onSave: (merged: LoanDraft, theirs: Loan) => Promise<void>;
  onEdit: (merged: LoanDraft, theirs: Loan) => void;
  onClose: () => void;
}) {
  // The newest version: whatever the page knew before is what has just been refused as stale.
  const newest = useQuery({ ...loanQuery(loanId), refetchOnMount: "always", staleTime: 0 });
  const theirs = newest.data;
  const known = theirs !== undefined && theirs.version > baseVersion && !newest.isFetching;
  return (
    <Modal
      opened
      onClose={onClose}
      title="This loan was changed while you were editing"
      size="70rem"
      closeButtonProps={{ "aria-label": "Close" }}
      centered
    >
      {newest.error && <ProblemNotice problem={newest.error} onRetry={() => void newest.refetch()} />}
      {!known && !newest.error && <Skeleton h={320} />}
      {known && (
        <Choosing
          key={theirs.version}
          base={base}
          baseVersion={baseVersion}
          mine={mine}
          theirs={theirs}
          saving={saving}
          onSave={onSave}
          onEdit={onEdit}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

function Choosing({
  base,
  baseVersion,
  mine,
  theirs,
  saving,
  onSave,
  onEdit,
  onClose,
}: {
  base: LoanDraft;
  baseVersion: number;
  mine: LoanDraft;
  theirs: Loan;
  saving: boolean;
  onSave: (merged: LoanDraft, theirs: Loan) => Promise<void>;
  onEdit: (merged: LoanDraft, theirs: Loan) => void;
  onClose: () => void;
}) {
  const theirDraft = draftOf(theirs);
  const differences = differencesOf(base, mine, theirDraft);
  const [choices, setChoices] = useState<Choices>(() => plainChoices(differences));
  const names = useNames([...referencesIn(mine), ...referencesIn(theirDraft), ...referencesIn(base)]);
  const open = differences.filter(({ path }) => choices[path] === undefined);
  const merged = () => mergedBy(base, mine, theirDraft, choices);
  const choose = (paths: readonly string[], side: Side) =>
    setChoices((before) => ({ ...before, ...Object.fromEntries(paths.map((path) => [path, side])) }));
  return (
    <Stack gap="md">
      <WhoChanged loanId={theirs.id} since={baseVersion} />
      {differences.length === 0 ? (
        <LoanNotice color="gray">Both versions are the same.</LoanNotice>
      ) : (
        <>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                choose(
                  differences.map(({ path }) => path),
                  "mine",
                )
              }
            >
              All mine
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                choose(
                  differences.map(({ path }) => path),
                  "theirs",
                )
              }
            >
              All theirs
            </Button>
            <Button size="xs" variant="default" onClick={() => setChoices(plainChoices(differences))}>
              Merge non-conflicting changes
            </Button>
          </Group>
          <LoanConflictFields
            differences={differences}
            choices={choices}
            names={names}
            onChoose={(path, side) => choose([path], side)}
          />
        </>
      )}
      <Group justify="flex-end" gap="xs">
        {open.length > 0 && (
          <Text size="sm" role="status" me="auto">
            {open.length === 1
              ? "One field was changed by both. Choose a value."
              : `${open.length} fields were changed by both. Choose values.`}
          </Text>
        )}
        <Button variant="subtle" color="gray" onClick={onClose}>
          Back to my edits
        </Button>
        <Button variant="default" disabled={open.length > 0} onClick={() => onEdit(merged(), theirs)}>
          Continue editing
        </Button>
        <Button disabled={open.length > 0} loading={saving} onClick={() => void onSave(merged(), theirs)}>
          Save merged version
        </Button>
      </Group>
    </Stack>
  );
}

/** Who changed it since, so that one can ask them. */
function WhoChanged({ loanId, since }: { loanId: string; since: number }) {
  const formats = useFormats();
  const actorName = useActorName();
  const { data } = useQuery({ ...loanHistoryQuery(loanId, 20), staleTime: 0 });
  const changes = data?.items.filter(({ version }) => version > since) ?? [];
  return (
    <Text size="sm" component="div" mih={22}>
      {changes.map(({ sequence, actor, at, version }) => (
        <div key={sequence}>{`${actorName(actor)} saved version ${version} on ${moment(at, formats)}.`}</div>
      ))}
    </Text>
  );
}
