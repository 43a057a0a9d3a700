"use client";

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { meQuery, useMe } from "@/api/me";
import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";
import { showUndo } from "@/components/undo";
import { word } from "@/format/format";

import { changeRole } from "./api/members";
import { RoleChoice } from "./role-choice";

export function RoleDialog({ member, onClose }: { member: Schemas["MemberView"]; onClose: () => void }) {
  const [role, setRole] = useState(member.role);
  const me = useMe().member.id;
  const queries = useQueryClient();
  const again = async () => {
    await queries.invalidateQueries({ queryKey: ["members"] });
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const name = `${member.firstName} ${member.lastName}`;
  const change = useMutation({
    mutationFn: () => changeRole({ ...member, role }),
    onSuccess: ({ id, version }) => {
      showUndo(`${name} is now ${word(role).toLowerCase()}.`, () =>
        changeRole({ id, version, role: member.role }).then(again),
      );
      onClose();
    },
    onSettled: again,
  });
  const stale = change.error instanceof Problem && change.error.status === 412;
  return (
    <Modal opened onClose={onClose} title={`Change role of ${name}`} centered>
      <Stack>
        <RoleChoice value={role} onChange={setRole} />
        <Text size="sm" c="dimmed">
          Takes effect immediately.
          {member.id === me && " This is your own role. With a lesser one you lose access to this page."}
        </Text>
        {change.error && <ProblemNotice problem={change.error} />}
        {stale && (
          <Text size="sm">
            {`${name} is ${word(member.role).toLowerCase()} now. Press again to change that.`}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={() => change.mutate()} loading={change.isPending} disabled={role === member.role}>
            Change role
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
