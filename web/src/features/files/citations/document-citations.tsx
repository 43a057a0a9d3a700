"use client";

import { Button, Modal, Stack, Text } from "@mantine/core";
import { IconQuote } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useMay } from "@/api/me";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import type { FiledDocument } from "../records/api/documents";
import { ThingLink } from "../records/thing-link";
import { type Citation, citedLoanQuery, documentCitationsQuery } from "./api/citations";
import { fieldLabel, valueAt } from "./citable-fields";
import { CitationCard } from "./citation-card";
import { type CiteFrom, CiteForm } from "./cite-form";
import { selectedIn } from "./selected-in";

/**
 * The terms of loans that a document is cited for. A term is cited with the words that are selected in `preview`, where
 * that shows the version that citations are of.
 */
export function DocumentCitations({
  document,
  shown,
  page,
  preview,
}: {
  document: FiledDocument;
  shown: number;
  page: number;
  preview: () => Element | null;
}) {
  const mayWrite = useMay("file.write");
  const { data, error, refetch } = useQuery(documentCitationsQuery(document.id));
  const mayCite = mayWrite && shown === document.current;
  const [from, setFrom] = useState<CiteFrom | null>(null);
  const loan = document.links.find(({ kind }) => kind === "loan");
  const begin = () =>
    setFrom({
      ...(loan === undefined ? {} : { loanId: loan.id }),
      documentId: document.id,
      number: shown,
      page,
      quote: selectedIn(preview()),
    });
  return (
    <Surface
      title="Citations"
      actions={
        mayCite && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconQuote size={14} aria-hidden />}
            // The focus would take the selection along.
            onMouseDown={(event) => event.preventDefault()}
            onClick={begin}
          >
            Cite
          </Button>
        )
      }
    >
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {mayCite
            ? "Select words in the preview and cite them for a loan’s term."
            : "No loan’s term is cited from this document."}
        </Text>
      )}
      {mayWrite && !mayCite && (
        <Text size="sm" c="dimmed">
          {document.current === null
            ? "It can be cited once a version of it can be read."
            : `Only version ${document.current} can be cited. Show it to cite words of it.`}
        </Text>
      )}
      <Stack gap="md">
        {data?.map((citation) => (
          <OfLoan key={citation.id} citation={citation} />
        ))}
      </Stack>
      <Modal opened={from !== null} onClose={() => setFrom(null)} title="Cite for a loan’s term" size="lg">
        {from !== null && <CiteForm from={from} onEnd={() => setFrom(null)} />}
      </Modal>
    </Surface>
  );
}

function OfLoan({ citation }: { citation: Citation }) {
  const { data: loan } = useQuery({ ...citedLoanQuery(citation.loanId), retry: false });
  return (
    <div>
      <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
        {`${fieldLabel(citation.field)} of `}
        <ThingLink thing={{ kind: "loan", id: citation.loanId }} />
      </Text>
      <CitationCard
        here
        citation={citation}
        now={loan === undefined ? citation.value : valueAt(loan, citation.field)}
      />
    </div>
  );
}
