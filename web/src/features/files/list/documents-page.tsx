"use client";

import { Group, MultiSelect, Stack } from "@mantine/core";

import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import { DateFilter } from "@/components/fields/date-filter";
import { Page } from "@/components/page";

import type { DocumentKind } from "../records/api/documents";
import { DOCUMENT_KINDS, KIND_CHOICES } from "../records/document-words";
import { Filing } from "../uploads/filing";
import { DocumentsSearch } from "./documents-search";
import { DocumentsTable } from "./documents-table";
import { SearchResults } from "./search-results";

/** All documents that one may see. */
export function DocumentsPage() {
  const [search, go] = useAddress();
  const words = (search.get("q") ?? "").trim();
  const expiresTo = search.get("expiresTo") ?? "";
  const kind = DOCUMENT_KINDS.filter((known) => search.get("kind")?.split(",").includes(known));
  return (
    <Allowed to="file.read" what="documents">
      <Page title="Documents" subtitle="Notes, appraisals, rent rolls and everything else on file">
        <Stack gap="md">
          <Filing />
          <Group align="flex-end" gap="sm">
            <DocumentsSearch />
            <MultiSelect
              label="Type"
              data={KIND_CHOICES}
              value={kind}
              onChange={(value) => go({ kind: value.join(",") })}
              placeholder={kind.length === 0 ? "Any" : undefined}
              clearable
              clearButtonProps={{ "aria-label": "Clear the types" }}
              miw={220}
              maw="100%"
            />
            <DateFilter
              label="Expires until"
              value={expiresTo}
              onChange={(value) => go({ expiresTo: value })}
              w={160}
            />
          </Group>
          {words === "" ? (
            <Listed kind={kind} expiresTo={expiresTo} />
          ) : (
            <SearchResults words={words} filter={{ kind, expiresTo }} />
          )}
        </Stack>
      </Page>
    </Allowed>
  );
}

function Listed({ kind, expiresTo }: { kind: DocumentKind[]; expiresTo: string }) {
  const filtered = kind.length > 0 || expiresTo !== "";
  return (
    <DocumentsTable
      filter={{ kind, expiresTo }}
      empty={
        filtered ? (
          <EmptyState title="No documents match">Choose another type or date.</EmptyState>
        ) : (
          <EmptyState title="No documents yet">
            Upload notes, appraisals, rent rolls and anything else. Every version is kept, and their text is
            searched.
          </EmptyState>
        )
      }
    />
  );
}
