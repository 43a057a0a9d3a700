"use client";

import { Stack } from "@mantine/core";

import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";

import type { LinkedKind } from "../records/api/documents";
import { Filing } from "../uploads/filing";
import { DocumentsTable } from "./documents-table";

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
