"use client";

import { Stack } from "@mantine/core";
import dynamic from "next/dynamic";

import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import { Waiting } from "@/components/waiting";

import type { LinkedKind } from "../records/api/documents";

// The page of a thing is there before its documents are asked for.
const Filing = dynamic(() => import("../uploads/filing").then((part) => part.Filing), {
  loading: () => null,
});
const DocumentsTable = dynamic(() => import("./documents-table").then((part) => part.DocumentsTable), {
  loading: () => <Waiting />,
});

/** The documents about the thing whose page this is, and where more are added. */
export function ThingDocuments({ kind }: { kind: LinkedKind }) {
  const [search] = useAddress();
  const thing = { kind, id: search.get("id") ?? "" };
  return (
    <Allowed to="file.read" what="documents">
      <Stack gap="md">
        <Filing about={thing} />
        <DocumentsTable
          filter={{ thing }}
          empty={
            <EmptyState title="No documents yet">
              {`Documents about this ${kind} are kept here, with their versions and their text searched.`}
            </EmptyState>
          }
        />
      </Stack>
    </Allowed>
  );
}
