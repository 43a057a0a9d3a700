"use client";

import { Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";

import { useMay } from "@/api/me";
import { Actor } from "@/components/journal/actor";
import { Surface } from "@/components/surface";
import { date, moment, UNKNOWN } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { FiledDocument } from "../records/api/documents";
import { kindWords } from "../records/document-words";
import { ThingLink } from "../records/thing-link";
import { DocumentForm } from "./document-form";
import classes from "./document-page.module.css";

/** What is said of a document, and where that is changed. */
export function DocumentDetails({ document }: { document: FiledDocument }) {
  const formats = useFormats();
  const mayWrite = useMay("file.write");
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <Surface title="Details">
        <DocumentForm document={document} onEnd={() => setEditing(false)} />
      </Surface>
    );
  }
  return (
    <Surface
      title="Details"
      actions={
        mayWrite && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={() => setEditing(true)}
          >
            Edit details
          </Button>
        )
      }
    >
      <dl className={classes.facts}>
        <dt>Type</dt>
        <dd>{kindWords(document.kind)}</dd>
        <dt>About</dt>
        <dd>
          {document.links.length === 0
            ? UNKNOWN
            : document.links.map((link) => (
                <div key={`${link.kind} ${link.id} ${link.page ?? ""}`}>
                  <ThingLink thing={link} />
                  {link.page !== undefined && `, page ${link.page}`}
                </div>
              ))}
        </dd>
        <dt>Expires</dt>
        <dd>{date(document.expiresOn, formats)}</dd>
        <dt>Keep until</dt>
        <dd>{date(document.retentionUntil, formats)}</dd>
        <dt>Confidential</dt>
        <dd>{document.confidential ? "Yes, seen by managers alone" : "No"}</dd>
        <dt>Added</dt>
        <dd>
          {`${moment(document.filedAt, formats)} · `}
          <Actor id={document.filedBy} />
        </dd>
      </dl>
    </Surface>
  );
}
