"use client";

import { Group, Select } from "@mantine/core";

import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import { Actor } from "@/components/journal/actor";
import { Page } from "@/components/page";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { moment } from "@/format/format";

import { TOPICS } from "../preferences/preference-words";
import { type Mail, mailsPages, type MailState } from "./api/mails";
import { MailNotice } from "./mail-notice";
import { MAIL_STATES } from "./mail-words";

const COLUMNS: readonly Column<Mail>[] = [
  {
    id: "to",
    header: "To",
    width: 190,
    cell: ({ address, user }) => address ?? <Actor id={user} />,
    title: ({ address }) => address,
  },
  {
    id: "subject",
    header: "Subject",
    width: 260,
    grow: true,
    card: true,
    cell: ({ subject }) => subject,
    title: ({ subject }) => subject,
  },
  { id: "topic", header: "Topic", width: 150, cell: ({ topic }) => TOPICS[topic].label },
  { id: "state", header: "State", width: 130, card: true, cell: ({ state }) => MAIL_STATES[state] },
  { id: "when", header: "When", width: 180, card: true, cell: ({ at }, formats) => moment(at, formats) },
];

/** Email to members: what was sent, waits, failed, or is kept because none leaves. */
export function MailsPage() {
  return (
    <Page title="Email" subtitle="What members are sent">
      <Allowed to="organization.manage" what="email to members">
        <MailNotice />
        <Mails />
      </Allowed>
    </Page>
  );
}

function Mails() {
  const [search, go] = useAddress();
  const asked = search.get("state");
  const state = asked !== null && asked in MAIL_STATES ? (asked as MailState) : null;
  return (
    <>
      <Group>
        <Select
          label="State"
          data={Object.entries(MAIL_STATES).map(([value, label]) => ({ value, label }))}
          value={state}
          onChange={(value) => go({ state: value })}
          placeholder="Any"
          clearable
          clearButtonProps={{ "aria-label": "Clear the state" }}
          w={180}
        />
      </Group>
      <DataTable
        id="mails"
        label="Email"
        columns={COLUMNS}
        list={useRows(mailsPages(state))}
        rowId={({ id }) => id}
        rowName={({ subject }) => subject}
        rowLink={({ id }) => `/settings/mail/?id=${id}`}
        view={state ?? ""}
        empty={
          <EmptyState title={state === null ? "No email yet" : "No email in this state"}>
            Members are sent email of what they are told, as they have chosen.
          </EmptyState>
        }
      />
    </>
  );
}
