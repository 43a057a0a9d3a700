"use client";

import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { refusalsByField } from "@/components/fields/refusals";
import { ProblemNotice } from "@/components/problem-notice";
import { moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { invitationsQuery, invite } from "./api/members";
import { RoleChoice } from "./role-choice";
import { MAY, type Role } from "./roles";

/** Makes a link by which one person can join, and shows it, once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: "", role: "member" } });
  const making = useMutation({
    mutationFn: invite,
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
    onError: (error) => form.setErrors(refusalsByField(error)),
  });
  if (making.data !== undefined) return <MadeLink made={making.data} onClose={onClose} />;
  const byField = making.error instanceof Problem && making.error.errors.length > 0;
  return (
    <Modal opened onClose={onClose} title="Invite somebody" centered>
      <form onSubmit={form.onSubmit((values) => making.mutate(values))}>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            required
            data-autofocus
            autoComplete="off"
            description="An earlier link for the same address stops working."
            {...form.getInputProps("email")}
          />
          <RoleChoice value={form.values.role} onChange={(role) => form.setFieldValue("role", role)} />
          {making.error && !byField && <ProblemNotice problem={making.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={making.isPending}>
              Make the link
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function MadeLink({ made, onClose }: { made: Schemas["Invited"]; onClose: () => void }) {
  const formats = useFormats();
  const { email, role, expiresAt } = made.invitation;
  const link = `${location.origin}/invitation/#${made.token}`;
  return (
    // Closed by its button only: the link is gone afterwards.
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title="The link is made"
      centered
    >
      <Stack>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          Send it to {email}. It is shown only now.
        </Text>
        <Group gap="xs" wrap="nowrap" align="flex-end">
          <TextInput
            label="Link"
            value={link}
            readOnly
            flex={1}
            data-autofocus
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton value={link} timeout={4000}>
            {({ copied, copy }) => (
              <Button
                variant={copied ? "light" : "filled"}
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
              >
                <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm" c="dimmed">
          Whoever has it can join once, until {moment(expiresAt, formats)}, as {word(role).toLowerCase()}:{" "}
          {MAY[role]}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
