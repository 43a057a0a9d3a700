"use client";

import { Button, Skeleton, Stack, Tabs } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type Party, type PartyKind, partyQuery } from "@/api/parties";
import Link from "@/components/link";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { useAddress } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { leaving } from "@/components/leaving";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";

import type { Shape } from "../records/shape";
import { PartyDelete } from "./party-delete";
import { PartyFacts, PartyListTable } from "./party-facts";
import { PartyGone } from "./party-gone";
import { SHAPES } from "./party-shapes";

const TABS = ["overview", "documents", "notes", "history"] as const;

const loading = () => <Waiting />;
const PartyForm = dynamic(() => import("./party-form").then((part) => part.PartyForm), { loading });
const PartyHistory = dynamic(() => import("./party-history").then((part) => part.PartyHistory), { loading });
const PropertyFigures = dynamic(
  () => import("../properties/property-figures").then((part) => part.PropertyFigures),
  {
    loading,
  },
);
const PropertyLoans = dynamic(
  () => import("../properties/property-loans").then((part) => part.PropertyLoans),
  {
    loading,
  },
);

/** What others know of a party: `exposure` is what is owed on it, `documents` and `notes` are those about it. */
interface FromOthers {
  exposure: ReactNode;
  documents: ReactNode;
  notes: ReactNode;
}

/** A lender, fund, portfolio or property. */
export function PartyPage({ kind, ...others }: { kind: PartyKind } & FromOthers) {
  const shape = SHAPES[kind];
  const [search] = useAddress();
  const id = search.get("id") ?? "";
  const { data: thing, error, refetch } = useQuery({ ...partyQuery(kind, id), enabled: id !== "" });
  if (id === "") return <NewParty shape={shape} />;
  if (thing === undefined) {
    if (error instanceof Problem && error.status === 404) return <PartyGone shape={shape} id={id} />;
    if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} page />;
    return (
      <Stack gap="lg" maw="var(--page-width)" mx="auto" w="100%" aria-busy="true" aria-label="Loading">
        <Skeleton h={56} w="min(28rem, 80%)" />
        <Skeleton h={120} />
        <Skeleton h={420} />
      </Stack>
    );
  }
  return <KnownParty shape={shape} thing={thing} {...others} />;
}

function NewParty({ shape }: { shape: Shape }) {
  const router = useRouter();
  const mayWrite = useMay("portfolio.write");
  const [search] = useAddress();
  if (search.get("new") === null || !mayWrite) {
    return (
      <Page title={shape.plural}>
        <EmptyState
          title={`No ${shape.noun} selected`}
          actions={
            <Button component={Link} href={shape.listAddress}>
              {`See all ${shape.plural.toLowerCase()}`}
            </Button>
          }
        >
          This address does not name one.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={`New ${shape.noun}`}>
      <PartyForm
        shape={shape}
        thing={null}
        sections={shape.sections}
        lists={shape.lists}
        customFields
        onSaved={({ id }) => router.replace(`${shape.address}?id=${id}`)}
        onCancel={() => router.push(shape.listAddress)}
      />
    </Page>
  );
}

function KnownParty({
  shape,
  thing,
  exposure,
  documents,
  notes,
}: { shape: Shape; thing: Party } & FromOthers) {
  const [search, go] = useAddress();
  const [mayWrite, mayDelete] = [useMay("portfolio.write"), useMay("portfolio.delete")];
  const editing = mayWrite ? search.get("edit") : null;
  const tab = TABS.find((known) => known === search.get("tab")) ?? "overview";
  const done = () => go({ edit: null });
  if (editing === "all") {
    return (
      <Page title={thing.name} subtitle={`Edit ${shape.noun}`}>
        <PartyForm
          shape={shape}
          thing={thing}
          sections={shape.sections}
          lists={shape.kind === "properties" ? [] : shape.lists}
          customFields
          onSaved={done}
          onCancel={done}
        />
      </Page>
    );
  }
  return (
    <Page
      title={thing.name}
      subtitle={shape.noun.charAt(0).toUpperCase() + shape.noun.slice(1)}
      actions={
        <>
          {mayWrite && (
            <Button
              variant="default"
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={() => go({ edit: "all", tab: null })}
            >
              Edit
            </Button>
          )}
          {mayDelete && <PartyDelete shape={shape} thing={thing} />}
        </>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) => leaving(() => go({ tab: value === "overview" ? null : value, note: null }))}
        keepMounted={false}
      >
        <Tabs.List aria-label={`Parts of the ${shape.noun}`}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="documents">Documents</Tabs.Tab>
          <Tabs.Tab value="notes">Notes</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <Stack gap="md">
            {/* What comes late would move a form from under the pointer; below it too, where the page is at its end. */}
            {editing === null && exposure}
            <PartyFacts shape={shape} thing={thing} />
            {editing === null && shape.kind === "properties" && "valuations" in thing && (
              <PropertyFigures asset={thing} />
            )}
            {shape.lists.map((list) =>
              editing === list.path ? (
                <PartyForm
                  key={list.path}
                  shape={shape}
                  thing={thing}
                  sections={[]}
                  lists={[list]}
                  onSaved={done}
                  onCancel={done}
                />
              ) : (
                <PartyListTable
                  key={list.path}
                  list={list}
                  thing={thing}
                  onEdit={mayWrite && editing === null ? () => go({ edit: list.path }) : null}
                />
              ),
            )}
            {editing === null && shape.kind === "properties" && <PropertyLoans propertyId={thing.id} />}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="documents" pt="md">
          {documents}
        </Tabs.Panel>
        <Tabs.Panel value="notes" pt="md">
          {notes}
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="md">
          <PartyHistory shape={shape} thing={thing} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
