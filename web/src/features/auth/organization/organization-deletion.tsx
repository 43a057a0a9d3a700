"use client";

import {
  Alert,
  Anchor,
  Button,
  Group,
  List,
  Modal,
  PasswordInput,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { DeletionSteps } from "@/components/deletion-steps";
import { refusalsByField } from "@/components/fields/refusals";
import { ProblemNotice } from "@/components/problem-notice";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { askForDeletion, deletionQuery, undoDeletion } from "./api/deletion";

/** Asks that the organization be deleted, takes that back, and shows how far it is. */
export function OrganizationDeletion({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(deletionQuery);
  if (error) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <Surface title="Delete organization">
      {data === null || data.state === "undone" || data.state === "refused" ? (
        <Ask name={name} refused={data?.state === "refused" ? data.objections : []} />
      ) : (
        <UnderWay deletion={data} />
      )}
    </Surface>
  );
}

function Ask({ name, refused }: { name: string; refused: readonly string[] }) {
  const [asking, setAsking] = useState(false);
  return (
    <Stack align="flex-start">
      <Text size="sm">
        Everything is deleted after two weeks: loans, documents, reports, notes, members and the history of
        changes. Until then any administrator can undo it.
      </Text>
      {refused.length > 0 && (
        <Alert color="red" title="The organization was not deleted" role="status">
          <List size="sm">
            {refused.map((objection) => (
              <List.Item key={objection}>{objection}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Button variant="default" c="var(--negative)" onClick={() => setAsking(true)}>
        Delete organization
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Delete ${name}?`}>
        <Confirm name={name} onAsked={() => setAsking(false)} />
      </Modal>
    </Stack>
  );
}

function Confirm({ name, onAsked }: { name: string; onAsked: () => void }) {
  const queries = useQueryClient();
  const form = useForm({ initialValues: { name: "", currentPassword: "" } });
  const ask = useMutation({
    mutationFn: askForDeletion,
    onSuccess: (asked) => {
      queries.setQueryData(deletionQuery.queryKey, asked);
      onAsked();
    },
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  return (
    <form method="post" onSubmit={form.onSubmit((values) => ask.mutate(values))}>
      <Stack>
        <TextInput
          label="Name of the organization"
          description={`Type ${name} to confirm.`}
          required
          autoComplete="off"
          {...form.getInputProps("name")}
        />
        <PasswordInput
          label="Your password"
          required
          autoComplete="current-password"
          {...form.getInputProps("currentPassword")}
        />
        <SaveProblem problem={ask.error} fields={["name", "currentPassword"]} />
        <Button type="submit" color="red" loading={ask.isPending}>
          Delete in two weeks
        </Button>
      </Stack>
    </form>
  );
}

function UnderWay({ deletion }: { deletion: Schemas["DeletionView"] }) {
  const queries = useQueryClient();
  const formats = useFormats();
  const undo = useMutation({
    mutationFn: undoDeletion,
    onSuccess: () => notifications.show({ message: "The organization is not deleted." }),
    onSettled: () => queries.invalidateQueries({ queryKey: deletionQuery.queryKey }),
  });
  const { askedBy, askedAt, beginsAt, state, steps, token } = deletion;
  return (
    <Stack align="flex-start">
      <Alert color="red" role="status" title={state === "asked" ? "To be deleted" : "Being deleted"}>
        <Text size="sm">
          {state === "asked"
            ? `${askedBy} asked for it on ${moment(askedAt, formats)}. It begins on ${moment(beginsAt, formats)}; until then it can be undone.`
            : `${askedBy} asked for it on ${moment(askedAt, formats)}. It cannot be undone any more.`}
        </Text>
      </Alert>
      {state !== "asked" && <DeletionSteps steps={steps} />}
      {token !== null && (
        <Text size="sm">
          Keep <Anchor href={`/deletion/#${token}`}>the link to its certificate</Anchor>: your account here is
          deleted too.
        </Text>
      )}
      {undo.error && <ProblemNotice problem={undo.error} />}
      {state === "asked" && (
        <Group>
          <Button onClick={() => undo.mutate()} loading={undo.isPending}>
            Undo
          </Button>
        </Group>
      )}
    </Stack>
  );
}
