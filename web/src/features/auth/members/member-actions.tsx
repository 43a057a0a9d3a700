"use client";

import { ActionIcon, Menu, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import {
  IconArrowBackUp,
  IconDots,
  IconKey,
  IconListCheck,
  IconLockOpen,
  IconLogout,
  IconShieldOff,
  IconUserCheck,
  IconUserCog,
  IconUserMinus,
  IconUserOff,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { meQuery } from "@/api/me";
import { MadeLink } from "@/components/made-link";
import { showUndo } from "@/components/undo";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import {
  deactivate,
  makePasswordLink,
  reactivate,
  remove,
  resetSecondFactor,
  signMemberOut,
  undoRemoval,
  unlock,
} from "./api/members";
import { RemovalDialog } from "./removal-dialog";
import { RoleDialog } from "./role-dialog";

/** What an administrator may do about a member. */
export function MemberActions({ member }: { member: Schemas["MemberView"] }) {
  const [choosingRole, setChoosingRole] = useState(false);
  const [showingRemoval, setShowingRemoval] = useState(false);
  const queries = useQueryClient();
  const formats = useFormats();
  const name = `${member.firstName} ${member.lastName}`;
  const again = async () => {
    await queries.invalidateQueries({ queryKey: ["members"] });
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const refused = (error: Error) =>
    notifications.show({ color: "red", title: `Nothing changed for ${name}`, message: error.message });
  const off = useMutation({
    mutationFn: () => deactivate(member.id),
    onSuccess: () =>
      showUndo(`${name} is deactivated and signed out.`, () => reactivate(member.id).then(again)),
    onError: refused,
    onSettled: again,
  });
  const on = useMutation({
    mutationFn: () => reactivate(member.id),
    onSuccess: () => showUndo(`${name} can sign in again.`, () => deactivate(member.id).then(again)),
    onError: refused,
    onSettled: again,
  });
  const out = useMutation({
    mutationFn: () => signMemberOut(member.id),
    onSuccess: () => notifications.show({ message: `All sessions of ${name} have ended.` }),
    onError: refused,
  });
  const unlocked = useMutation({
    mutationFn: () => unlock(member.id),
    onSuccess: () => notifications.show({ message: `${name} can try to sign in again at once.` }),
    onError: refused,
  });
  const reset = useMutation({
    mutationFn: () => resetSecondFactor(member.id),
    onSuccess: () =>
      notifications.show({ message: `${name} signs in by their password, and can add another app.` }),
    onError: refused,
    onSettled: again,
  });
  const confirmReset = () =>
    modals.openConfirmModal({
      title: `Reset the second factor of ${name}?`,
      children: (
        <Text size="sm">
          Make sure that it is {name} who asks. Their authenticator app and recovery codes are good no more:
          their password alone signs them in until they add another app.
        </Text>
      ),
      labels: { confirm: "Reset", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => reset.mutate(),
    });
  const link = useMutation({ mutationFn: () => makePasswordLink(member.id), onError: refused });
  const back = useMutation({
    mutationFn: () => undoRemoval(member.id),
    onSuccess: () => notifications.show({ message: `${name} is not removed.` }),
    onError: refused,
    onSettled: again,
  });
  const removing = useMutation({
    mutationFn: () => remove(member.id),
    onSuccess: () => showUndo(`${name} is being removed.`, () => undoRemoval(member.id).then(again)),
    onError: refused,
    onSettled: again,
  });
  const confirmRemoval = () =>
    modals.openConfirmModal({
      title: `Remove ${name}?`,
      children: (
        <Text size="sm">
          They are signed out now and cannot sign in. You can undo this for seven days. Then their inbox,
          calendar addresses, own views, private notes and share links are deleted, and dates assigned to them
          are assigned to nobody. Their name stays with what they did.
        </Text>
      ),
      labels: { confirm: "Remove", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => removing.mutate(),
    });
  const { removal } = member;
  const confirmOut = () =>
    modals.openConfirmModal({
      title: `End all sessions of ${name}?`,
      children: (
        <Text size="sm">
          They are signed out on every device at once, and can sign in again. What they have entered and not
          saved waits for that.
        </Text>
      ),
      labels: { confirm: "End sessions", cancel: "Cancel" },
      confirmProps: { color: "red.9" },
      onConfirm: () => out.mutate(),
    });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Actions for ${name}`}
            loading={
              off.isPending ||
              on.isPending ||
              out.isPending ||
              link.isPending ||
              back.isPending ||
              removing.isPending ||
              unlocked.isPending ||
              reset.isPending
            }
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {removal !== null && (
            <Menu.Item
              leftSection={<IconListCheck size={16} aria-hidden />}
              onClick={() => setShowingRemoval(true)}
            >
              Show the removal
            </Menu.Item>
          )}
          {removal?.removedAt === null && (
            <Menu.Item leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => back.mutate()}>
              Undo the removal
            </Menu.Item>
          )}
          {removal === null && (
            <Menu.Item
              leftSection={<IconUserCog size={16} aria-hidden />}
              onClick={() => setChoosingRole(true)}
            >
              Change role
            </Menu.Item>
          )}
          {member.active && (
            <>
              <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={confirmOut}>
                End all sessions
              </Menu.Item>
              <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => link.mutate()}>
                Make a password link
              </Menu.Item>
              <Menu.Item
                leftSection={<IconLockOpen size={16} aria-hidden />}
                onClick={() => unlocked.mutate()}
              >
                Reset sign-in attempts
              </Menu.Item>
              {member.secondFactor && (
                <Menu.Item leftSection={<IconShieldOff size={16} aria-hidden />} onClick={confirmReset}>
                  Reset second factor
                </Menu.Item>
              )}
              <Menu.Item leftSection={<IconUserOff size={16} aria-hidden />} onClick={() => off.mutate()}>
                Deactivate
              </Menu.Item>
            </>
          )}
          {!member.active && removal === null && (
            <Menu.Item leftSection={<IconUserCheck size={16} aria-hidden />} onClick={() => on.mutate()}>
              Reactivate
            </Menu.Item>
          )}
          {removal === null && (
            <Menu.Item leftSection={<IconUserMinus size={16} aria-hidden />} onClick={confirmRemoval}>
              Remove
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {link.data && (
        <MadeLink
          link={`${location.origin}${link.data.link}`}
          lead={`Send this link to ${link.data.email}.`}
          onClose={link.reset}
        >
          Whoever has it can choose a new password for {name} once, until{" "}
          {moment(link.data.expiresAt, formats)}. Their sessions end then.
        </MadeLink>
      )}
      {showingRemoval && <RemovalDialog member={member} onClose={() => setShowingRemoval(false)} />}
      {choosingRole && <RoleDialog member={member} onClose={() => setChoosingRole(false)} />}
    </>
  );
}
