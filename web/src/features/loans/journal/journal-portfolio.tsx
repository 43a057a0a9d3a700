"use client";

import { Anchor, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { journalQuery, verifyJournal } from "@/api/journal";
import { useAddress } from "@/components/address";
import { useSought } from "@/components/journal/journal-address";
import { JournalEntries } from "@/components/journal/journal-entries";
import { JournalExport } from "@/components/journal/export";
import { JournalFilters } from "@/components/journal/journal-filters";
import { Verification } from "@/components/journal/verification";

import { JournalEntryDetail } from "./journal-entry-detail";
import { isUsual, SEARCHED_KINDS, sentence } from "./journal-words";

const PAUSE = 300;
const LONGEST_ID = 64;
const KINDS = [{ value: "", label: "Anything" }, ...SEARCHED_KINDS];

/** The journal of the portfolio: who changed which loans, properties and tapes. */
export function PortfolioJournal() {
  const [address, setAddress] = useAddress();
  const search = useInfiniteQuery(
    journalQuery("loans", {
      ...useSought(),
      kind: address.get("kind") ?? undefined,
      documentId: address.get("documentId")?.slice(0, LONGEST_ID) || undefined,
    }),
  );
  return (
    <Stack>
      <Verification verify={() => verifyJournal("loans")} />
      <JournalExport service="loans" />
      <JournalFilters label="The portfolio's journal" names={["kind", "documentId"]}>
        <NativeSelect
          label="What"
          data={KINDS}
          value={address.get("kind") ?? ""}
          onChange={(event) => setAddress({ kind: event.currentTarget.value, entry: null })}
        />
        <DocumentFilter key={address.get("documentId")} id={address.get("documentId") ?? ""} />
      </JournalFilters>
      <JournalEntries
        label="The portfolio's journal"
        search={search}
        summary={(entry) => <Sentence entry={entry} />}
        detail={({ sequence }) => <JournalEntryDetail sequence={sequence} />}
      />
    </Stack>
  );
}

function Sentence({ entry }: { entry: Schemas["JournalLine"] }) {
  return (
    <Text span inherit c={isUsual(entry) ? "dimmed" : undefined} style={{ overflowWrap: "anywhere" }}>
      {sentence(entry).map(({ text, page }, index) =>
        page == null ? (
          text
        ) : (
          <Anchor key={index} component={Link} href={page} inherit underline="always">
            {text}
          </Anchor>
        ),
      )}
    </Text>
  );
}

function DocumentFilter({ id }: { id: string }) {
  const [, setAddress] = useAddress();
  const [text, setText] = useState(id);
  const write = useDebouncedCallback(
    (documentId: string) => setAddress({ documentId: documentId.trim(), entry: null }),
    PAUSE,
  );
  return (
    <TextInput
      label="Record ID"
      placeholder="Any"
      maxLength={LONGEST_ID}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        write(event.currentTarget.value);
      }}
      w={220}
    />
  );
}
