"use client";

import { Anchor, Blockquote, Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useMay, useMe } from "@/api/me";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { day } from "@/format/format";
import { useFormats } from "@/format/formats";

import { documentQuery } from "../records/api/documents";
import { type Citation, confirmCitation, withdrawCitation } from "./api/citations";
import { valueWords } from "./citable-fields";
import { outdated, STALE_WORDS } from "./standing";

/**
 * One citation: from which page, in which words, who says so and whether it still holds. On the page of its own
 * document, `here`, that is not named.
 */
export function CitationCard({
  citation,
  now,
  here = false,
}: {
  citation: Citation;
  now: string | null;
  here?: boolean;
}) {
  const client = useQueryClient();
  const formats = useFormats();
  const me = useMe().member.id;
  const mayWrite = useMay("file.write");
  const { data: document, error } = useQuery({ ...documentQuery(citation.documentId), retry: false });
  const told = {
    onError: (failure: Error) =>
      notifications.show({ color: "red", title: "Not saved", message: failure.message, autoClose: false }),
  };
  const confirming = useMutation({ mutationFn: () => confirmCitation(client, citation), ...told });
  const withdrawing = useMutation({ mutationFn: () => withdrawCitation(client, citation), ...told });
  const why = outdated(citation, now);
  const address = `/document/?id=${encodeURIComponent(citation.documentId)}&version=${citation.number}&page=${citation.page}`;
  const words = (value: string | null) => valueWords(citation.field, value, formats);
  return (
    <Stack gap={6}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {error === null ? (
          <>
            {!here && (
              <>
                {document?.title ?? "Document"}
                <br />
              </>
            )}
            <Anchor component={Link} inherit href={address}>
              {`Version ${citation.number}, page ${citation.page}`}
            </Anchor>
          </>
        ) : (
          `A document that was deleted, version ${citation.number}, page ${citation.page}`
        )}
      </Text>
      <Blockquote p="xs" fz="sm" style={{ overflowWrap: "anywhere" }}>
        {citation.quote}
      </Blockquote>
      {!citation.onPage && (
        <Text size="xs" c="dimmed">
          The page is a picture: its words could not be compared.
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {"Cited by "}
        <Actor id={citation.madeBy} />
        {` on ${day(citation.madeAt, formats)}`}
        {citation.value !== null && ` for ${words(citation.value)}`}
      </Text>
      {why === null && citation.confirmedBy === null && (
        <Text size="sm">
          {citation.madeBy === me
            ? "Awaiting confirmation by another person."
            : "Not confirmed yet. Read the page, then confirm."}
        </Text>
      )}
      {citation.confirmedBy !== null && (
        <Text size="sm">
          {"Confirmed by "}
          <Actor id={citation.confirmedBy} />
          {citation.confirmedAt !== null && ` on ${day(citation.confirmedAt, formats)}`}
        </Text>
      )}
      {why !== null && (
        <Text size="sm" fw={600} c="var(--negative)">
          {why === "field_changed"
            ? `Out of date: the loan now says ${words(now)}. Cite again.`
            : `Out of date: ${STALE_WORDS[why]}. Cite again.`}
        </Text>
      )}
      {mayWrite && (
        <Group gap={6}>
          {why === null && citation.confirmedBy === null && citation.madeBy !== me && (
            <Button size="compact-sm" loading={confirming.isPending} onClick={() => confirming.mutate()}>
              Confirm
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            loading={withdrawing.isPending}
            onClick={() => withdrawing.mutate()}
          >
            Withdraw
          </Button>
        </Group>
      )}
    </Stack>
  );
}
