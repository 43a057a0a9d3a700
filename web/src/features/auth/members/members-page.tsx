"use client";

import { Button, Tabs } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";

import { useMay } from "@/api/me";
import { useAddress } from "@/components/address";
import { Page } from "@/components/page";

import { Invitations } from "./invitations";
import { InviteDialog } from "./invite-dialog";
import { MembersTable } from "./members-table";

export function MembersPage() {
  const manages = useMay("member.manage");
  const [address, setAddress] = useAddress();
  const [inviting, setInviting] = useState(false);
  const tab = manages && address.get("tab") === "invitations" ? "invitations" : "members";
  return (
    <Page
      title="Members"
      actions={
        manages && (
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      {manages ? (
        <Tabs
          value={tab}
          onChange={(chosen) => setAddress({ tab: chosen === "members" ? null : chosen })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="members">Members</Tabs.Tab>
            <Tabs.Tab value="invitations">Invitations</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="members">
            <MembersTable />
          </Tabs.Panel>
          <Tabs.Panel value="invitations">
            <Invitations onInvite={() => setInviting(true)} />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <MembersTable />
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}
