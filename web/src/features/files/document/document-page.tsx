"use client";

import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRef } from "react";

import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";
import { Actor } from "@/components/journal/actor";

import { DocumentCitations } from "../citations/document-citations";
import { documentQuery, type FiledDocument } from "../records/api/documents";
import { DocumentState } from "../records/document-state";
import { kindWords } from "../records/document-words";
import { DocumentShares } from "../shares/document-shares";
import { DocumentDelete } from "./document-delete";
import { DocumentDetails } from "./document-details";
import { DocumentHold } from "./document-hold";
import classes from "./document-page.module.css";
import { DocumentVersions } from "./document-versions";
import { VersionDownload } from "./version-download";

const Preview = dynamic(() => import("../preview/preview").then((part) => part.Preview), {
  loading: () => <Waiting />,
});

const AllDocuments = () => (
  <Button component={Link} href="/documents/" variant="default" style={{ alignSelf: "start" }}>
    All documents
  </Button>
);

/** One document: what is in it, what is said of it, its versions. */
export function DocumentPage() {
  const [search] = useAddress();
  const id = search.get("id") ?? "";
  return (
    <Allowed to="file.read" what="documents">
      {id === "" ? (
        <Page title="Document">
          <EmptyState title="No document selected" actions={<AllDocuments />}>
            This address does not name a document.
          </EmptyState>
        </Page>
      ) : (
        <Named key={id} id={id} />
      )}
    </Allowed>
  );
}

function Named({ id }: { id: string }) {
  const { data: document, error, refetch } = useQuery(documentQuery(id));
  if (document !== undefined) return <Known document={document} />;
  return (
    <Page title="Document">
      {error === null ? (
        <Skeleton h={480} radius="md" />
      ) : (
        <>
          <ProblemNotice problem={error} onRetry={() => void refetch()} />
          <AllDocuments />
        </>
      )}
    </Page>
  );
}

function Known({ document }: { document: FiledDocument }) {
  const [search, go] = useAddress();
  const formats = useFormats();
  const preview = useRef<HTMLDivElement>(null);
  const latest = document.versions[0];
  const wanted = Number(search.get("version"));
  const shown =
    document.versions.find(({ number }) => number === wanted) ??
    document.versions.find(({ number }) => number === document.current) ??
    latest;
  const page = Math.max(1, Math.trunc(Number(search.get("page"))) || 1);
  if (latest === undefined || shown === undefined) return null;
  return (
    <Page
      title={document.title}
      subtitle={
        <>
          {`${kindWords(document.kind)} · version ${shown.number} of ${latest.number} `}
          <DocumentState
            latest={shown}
            held={document.hold?.reason ?? null}
            confidential={document.confidential}
          />
        </>
      }
      actions={
        <>
          <VersionDownload document={document} version={shown} />
          <DocumentHold document={document} />
          <DocumentDelete document={document} />
        </>
      }
    >
      {document.hold !== null && (
        <Alert color="yellow" icon={<IconLock aria-hidden />} title="Under a legal hold">
          {`${document.hold.reason}. Put by `}
          <Actor id={document.hold.by} />
          {` on ${moment(document.hold.at, formats)}. It cannot be deleted until the hold is lifted.`}
        </Alert>
      )}
      <div className={classes.room}>
        <div ref={preview}>
          <Preview
            key={shown.number}
            document={document}
            version={shown}
            page={page}
            onPage={(next) => go({ page: next === 1 ? null : String(next) })}
          />
        </div>
        <Stack gap="md">
          <DocumentDetails document={document} />
          <DocumentCitations
            document={document}
            shown={shown.number}
            page={page}
            preview={() => preview.current}
          />
          <DocumentShares document={document} version={shown} />
          <DocumentVersions
            document={document}
            shown={shown.number}
            onShow={(number) => go({ version: number === latest.number ? null : String(number), page: null })}
          />
        </Stack>
      </div>
    </Page>
  );
}
