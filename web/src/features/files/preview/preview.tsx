"use client";

import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Problem } from "@/api/problem";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { Waiting } from "@/components/waiting";

import type { FiledDocument, Version } from "../records/api/documents";
import { stateOf } from "../records/document-words";
import { bytesQuery, MOST_TEXT, pageTextQuery, previewQuery } from "./api/contents";
import { MailView, SheetsView, TextView } from "./data-view";
import { PageSteps } from "./page-steps";
import { PdfView } from "./pdf-view";
import { previewKind } from "./preview-kind";
import classes from "./preview.module.css";

interface Shown {
  document: FiledDocument;
  version: Version;
}

interface Paged extends Shown {
  page: number;
  onPage: (page: number) => void;
}

/** What is in a version, as far as it can be shown here. */
export function Preview(shown: Paged) {
  return (
    <Surface title="Preview">
      <Content {...shown} />
    </Surface>
  );
}

function Content(shown: Paged) {
  const { document, version } = shown;
  switch (previewKind(version, document.current)) {
    case "pdf":
      return <PdfView {...shown} />;
    case "picture":
      return <PictureView document={document} version={version} />;
    case "data":
      return <DataView document={document} version={version} />;
    case "text":
      return <PlainView document={document} version={version} />;
    case "pages":
      return <PagesView {...shown} />;
    default:
      return <NoPreview version={version} />;
  }
}

function NoPreview({ version }: { version: Version }) {
  const { label, more } = stateOf(version);
  const closed = version.scan === "pending" || version.scan === "infected";
  return closed ? (
    <EmptyState title={label}>{more}</EmptyState>
  ) : (
    <EmptyState title="No preview of this file">Download it to see what is in it.</EmptyState>
  );
}

function PictureView({ document, version }: Shown) {
  const { data: blob, error, refetch } = useQuery(bytesQuery(document, version));
  const [address, setAddress] = useState<string | null>(null);
  // An address of bytes in memory holds them until it is given up.
  useEffect(() => {
    if (blob === undefined) return undefined;
    const made = URL.createObjectURL(blob);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- an address is a resource, made and given up here
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (address === null) return <Waiting />;
  return (
    <div className={classes.scroller} tabIndex={0} role="region" aria-label="Picture">
      {/* eslint-disable-next-line @next/next/no-img-element -- bytes in memory, which nothing could make smaller */}
      <img src={address} alt={version.fileName} className={classes.picture} />
    </div>
  );
}

function DataView({ document, version }: Shown) {
  const { data, error, refetch } = useQuery(previewQuery(document, version.number));
  if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={320} />;
  if (data.mail !== null) return <MailView mail={data.mail} />;
  return <SheetsView sheets={data.sheets ?? []} />;
}

function PlainView({ document, version }: Shown) {
  const { data: blob, error, refetch } = useQuery(bytesQuery(document, version, MOST_TEXT));
  const { data: text } = useQuery({
    queryKey: ["documents", "text", document.id, version.number, version.sha256],
    queryFn: () => blob?.text() ?? "",
    enabled: blob !== undefined,
  });
  if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (text === undefined) return <Waiting />;
  return (
    <div className={classes.frame}>
      <TextView text={text} label="Text" />
      {version.size > MOST_TEXT && (
        <Text size="sm" c="dimmed">
          The beginning of a longer text. Download the file for all of it.
        </Text>
      )}
    </div>
  );
}

/** The text that was found in a file that no browser shows. */
function PagesView({ document, version, page, onPage }: Paged) {
  const pages = version.pages ?? 1;
  const shown = Math.min(page, pages);
  const { data, error, refetch } = useQuery(pageTextQuery(document.id, shown));
  const bare = error instanceof Problem && error.status === 404;
  return (
    <div className={classes.frame}>
      <PageSteps page={shown} pages={pages} onPage={onPage} />
      <Text size="sm" c="dimmed">
        The text that was found in the file, without its layout. Download it to see all of it.
      </Text>
      {bare ? (
        <Text size="sm">There is no text on this page.</Text>
      ) : error !== null ? (
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton h={320} />
      ) : (
        <TextView text={data.text} label={`Page ${shown}`} />
      )}
    </div>
  );
}
