"use client";

import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";

import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { Page } from "@/components/page";

/** The audit trail: the journals of the portfolio and of the people, one beside the other. */
export function AuditPage({ portfolio, people }: { portfolio: ReactNode; people: ReactNode }) {
  return (
    <Page title="Audit trail" subtitle="Who changed what, and when. Entries cannot be altered unnoticed.">
      <Allowed to="audit.read" what="the audit trail">
        <Journals portfolio={portfolio} people={people} />
      </Allowed>
    </Page>
  );
}

function Journals({ portfolio, people }: { portfolio: ReactNode; people: ReactNode }) {
  const [address, setAddress] = useAddress();
  return (
    <Tabs
      value={address.get("journal") === "people" ? "people" : "portfolio"}
      // What only the other journal can be searched by goes with it; who and when stays.
      onChange={(journal) =>
        setAddress({
          journal: journal === "people" ? journal : null,
          kind: null,
          documentId: null,
          entry: null,
        })
      }
      keepMounted={false}
    >
      <Tabs.List mb="md">
        <Tabs.Tab value="portfolio">Portfolio</Tabs.Tab>
        <Tabs.Tab value="people">People and access</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="portfolio">{portfolio}</Tabs.Panel>
      <Tabs.Panel value="people">{people}</Tabs.Panel>
    </Tabs>
  );
}
