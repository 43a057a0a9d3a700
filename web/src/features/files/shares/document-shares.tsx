"use client";

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useMay } from "@/api/me";
import { Actor } from "@/components/journal/actor";
import { MadeLink } from "@/components/made-link";
import { notDone } from "@/components/not-done";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { Waiting } from "@/components/waiting";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { FiledDocument, Version } from "../records/api/documents";
import { revokeShare, type Share, sharesQuery } from "./api/shares";
import { ShareAccesses } from "./share-accesses";
import { ShareForm } from "./share-form";
import { standingOf, usedWords } from "./share-words";
import classes from "./shares.module.css";

/** Links to a document's versions for people without an account: made, looked at, revoked. */
export function DocumentShares({ document, version }: { document: FiledDocument; version: Version }) {
  return useMay("file.share") ? <Shares document={document} version={version} /> : null;
}

function Shares({ document, version }: { document: FiledDocument; version: Version }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    sharesQuery(document.id),
  );
  const [making, setMaking] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const shares = data?.pages.flatMap((page) => page.items) ?? [];
  const closed = version.scan === "pending" || version.scan === "infected";
  return (
    <Surface
      title="Share links"
      actions={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconLink size={14} aria-hidden />}
          disabled={closed}
          onClick={() => setMaking(true)}
        >
          Share
        </Button>
      }
    >
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && shares.length === 0 && (
        <Text size="sm" c="dimmed">
          A link lets somebody without an account download one version. It expires, and every try is logged.
        </Text>
      )}
      {shares.length > 0 && (
        <ul className={classes.list} aria-label="Share links">
          {shares.map((share) => (
            <li key={share.id} className={classes.item}>
              <ShareLine share={share} confidential={document.confidential} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier links
        </Button>
      )}
      <Modal
        opened={making}
        onClose={() => setMaking(false)}
        title={`Share version ${version.number}`}
        centered
      >
        <ShareForm
          documentId={document.id}
          number={version.number}
          onMade={(made) => {
            setMaking(false);
            setLink(made);
          }}
          onCancel={() => setMaking(false)}
        />
      </Modal>
      {link !== null && (
        <MadeLink
          link={link}
          lead="Send this link to whoever is to have the file."
          onClose={() => setLink(null)}
        >
          A password, where there is one, is best sent another way.
        </MadeLink>
      )}
    </Surface>
  );
}

function ShareLine({ share, confidential }: { share: Share; confidential: boolean }) {
  const client = useQueryClient();
  const formats = useFormats();
  const [log, setLog] = useState(false);
  const [asking, setAsking] = useState(false);
  const [now] = useState(() => new Date());
  const { label, open } = standingOf(share, now, confidential);
  const revoking = useMutation({
    mutationFn: () => revokeShare(client, share),
    onSuccess: () => setAsking(false),
    onError: notDone("Not revoked"),
  });
  const name = share.note === "" ? `Link to version ${share.number}` : share.note;
  return (
    <>
      <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Text>
      <Text size="sm">
        {`${label} · ${usedWords(share)}${share.hasPassword ? " · with a password" : ""}`}
      </Text>
      <Text size="xs" c="dimmed">
        {`Version ${share.number} · expires ${moment(share.expiresAt, formats)} · made by `}
        <Actor id={share.createdBy} />
      </Text>
      <Group gap={6}>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Access log of ${name}`}
          onClick={() => setLog(true)}
        >
          Access log
        </Button>
        {open && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Revoke ${name}`}
            onClick={() => setAsking(true)}
          >
            Revoke
          </Button>
        )}
      </Group>
      <Modal opened={log} onClose={() => setLog(false)} title={`Access log: ${name}`} centered>
        <ShareAccesses id={share.id} />
      </Modal>
      <Modal opened={asking} onClose={() => setAsking(false)} title="Revoke this link?" centered>
        <Stack>
          <Text size="sm">Nobody can download anything by it from now on. This can’t be undone.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
              Cancel
            </Button>
            <Button color="red" loading={revoking.isPending} onClick={() => revoking.mutate()}>
              Revoke link
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
