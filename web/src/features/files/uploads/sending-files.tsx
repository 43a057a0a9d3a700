"use client";

import { Anchor, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import Link from "@/components/link";
import { Surface } from "@/components/surface";
import { fileSize } from "@/format/format";
import { useFormats } from "@/format/formats";

import { cancelUpload, forgetEnded, resumeUpload, type Sending, uploadsQuery } from "./api/uploads";
import { refusalOf } from "./file-limits";
import classes from "./upload-drop.module.css";

/** The files on their way, wherever they were chosen: how far each is, and what became of it. */
export function SendingFiles() {
  const client = useQueryClient();
  const { data: items } = useQuery(uploadsQuery);
  if (items.length === 0) return null;
  const done = items.filter(({ state }) => state === "done").length;
  const ended = items.some(({ state }) => state === "done" || state === "refused");
  return (
    <Surface
      title="Uploads"
      actions={
        ended && (
          <Button size="compact-sm" variant="default" onClick={() => forgetEnded(client)}>
            Clear finished
          </Button>
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm" role="status">
          {done === items.length
            ? `${done} of ${items.length} uploaded.`
            : `${done} of ${items.length} uploaded. Uploads continue while you use other pages.`}
        </Text>
        <ul className={classes.rows} aria-label="Uploads">
          {items.map((item) => (
            <SendingFile key={item.key} item={item} />
          ))}
        </ul>
      </Stack>
    </Surface>
  );
}

function SendingFile({ item }: { item: Sending }) {
  const client = useQueryClient();
  const formats = useFormats();
  const { file, state, sent, problem, documentId } = item;
  return (
    <li className={classes.sending}>
      <div className={classes.progress}>
        <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }}>
          {documentId === null ? (
            file.name
          ) : (
            <Anchor component={Link} inherit href={`/document/?id=${encodeURIComponent(documentId)}`}>
              {file.name}
            </Anchor>
          )}
        </Text>
        {state === "sending" && (
          <Progress
            value={(sent / file.size) * 100}
            striped={sent === file.size}
            animated
            my={4}
            aria-label={`Upload of ${file.name}`}
          />
        )}
        <Text
          size="xs"
          c={problem === null || state === "done" ? "dimmed" : "var(--negative)"}
          role={problem !== null ? "alert" : undefined}
        >
          {wordsOf(item, (bytes) => fileSize(bytes, formats))}
        </Text>
      </div>
      {state !== "done" && (
        <Group gap={6}>
          {state === "stopped" && (
            <Button size="compact-sm" variant="light" onClick={() => resumeUpload(client, item.key)}>
              {sent > 0 ? "Resume" : "Try again"}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${state === "refused" ? "Remove" : "Cancel"} ${file.name}`}
            onClick={() => void cancelUpload(client, item.key)}
          >
            {state === "refused" ? "Remove" : "Cancel"}
          </Button>
        </Group>
      )}
    </li>
  );
}

function wordsOf({ state, sent, file, problem }: Sending, size: (bytes: number) => string): string {
  if (state === "done") return `Uploaded, ${size(file.size)}`;
  if (state === "refused" && problem !== null) return `Not uploaded. ${refusalOf(problem)}`;
  if (state === "stopped") {
    return `Stopped at ${size(sent)} of ${size(file.size)}. ${navigator.onLine ? (problem?.message ?? "") : "It resumes once you are online."}`;
  }
  if (state === "waiting") return `Waiting, ${size(file.size)}`;
  return sent === file.size ? "Sent. The server is checking it." : `${size(sent)} of ${size(file.size)}`;
}
