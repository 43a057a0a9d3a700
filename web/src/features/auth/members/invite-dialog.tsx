"use client";

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { refusalsByField } from "@/components/fields/refusals";
import { MadeLink } from "@/components/made-link";
import { SaveProblem } from "@/components/save-problem";
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
  if (making.data !== undefined) return <Made made={making.data} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Invite a member" centered>
      <form onSubmit={form.onSubmit((values) => making.mutate(values))}>
        <Stack>
          <TextInput
            label="Email"
            type="email"
            required
            data-autofocus
            autoComplete="off"
            description="Replaces any earlier link for this address."
            {...form.getInputProps("email")}
          />
          <RoleChoice value={form.values.role} onChange={(role) => form.setFieldValue("role", role)} />
          <SaveProblem problem={making.error} fields={["email"]} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={making.isPending}>
              Create invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Made({ made, onClose }: { made: Schemas["Invited"]; onClose: () => void }) {
  const formats = useFormats();
  const { email, role, expiresAt } = made.invitation;
  return (
    <MadeLink link={`${location.origin}${made.link}`} lead={`Send this link to ${email}.`} onClose={onClose}>
      They get an email with a link of its own as well, where email is set up. Can be used once, until{" "}
      {moment(expiresAt, formats)}, as {word(role).toLowerCase()}: {MAY[role]}
    </MadeLink>
  );
}
