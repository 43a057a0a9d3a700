"use client";

import { Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { day } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type DocumentFilter, type DocumentRow, searchQuery } from "../records/api/documents";
import { DocumentState } from "../records/document-state";
import { kindWords } from "../records/document-words";
import { documentAddress } from "./documents-table";
import { Marked } from "./marked";

/** Documents that have the words, each with the pages that hold them. */
export function SearchResults({ words, filter }: { words: string; filter: DocumentFilter }) {
  const { data, error, refetch, isPlaceholderData, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(searchQuery(words, filter));
  const found = data?.pages.flatMap((page) => page.items) ?? [];
  if (error !== null && data === undefined) {
    return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined || isPlaceholderData) return <Skeleton h={240} radius="md" />;
  if (found.length === 0) {
    return (
      <EmptyState title={`No documents contain “${words}”`}>
        The text of current versions is searched. Try fewer or other words, or remove the filters.
      </EmptyState>
    );
  }
  return (
    <Stack gap="md">
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: "none" }} aria-label="Found documents">
        {found.map((document, place) => (
          // A document can come again, with other pages.
          <li key={`${place} ${document.id}`}>
            <Found document={document} />
          </li>
        ))}
      </Stack>
      {hasNextPage && (
        <Button
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
          style={{ alignSelf: "center" }}
        >
          Show more
        </Button>
      )}
    </Stack>
  );
}

function Found({ document }: { document: DocumentRow }) {
  const formats = useFormats();
  return (
    <Surface>
      <Stack gap={6} style={{ overflowWrap: "anywhere" }}>
        <Group gap="xs">
          <Anchor component={Link} href={documentAddress(document.id, document.hits[0]?.page)} fw={600}>
            {document.title}
          </Anchor>
          <DocumentState
            latest={document.latest}
            held={document.hold?.reason ?? null}
            confidential={document.confidential}
          />
        </Group>
        <Text size="xs" c="dimmed">
          {`${kindWords(document.kind)} · added ${day(document.filedAt, formats)}`}
        </Text>
        {document.hits.map(({ page, snippet }) => (
          <Text key={page} size="sm">
            <Anchor component={Link} href={documentAddress(document.id, page)} inherit>
              {`Page ${page}`}
            </Anchor>
            {": "}
            <Marked text={snippet.text} marks={snippet.marks} />
          </Text>
        ))}
      </Stack>
    </Surface>
  );
}
