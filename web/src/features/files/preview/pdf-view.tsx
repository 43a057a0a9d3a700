"use client";

import { ActionIcon, Alert } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";

import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";

import { contentPath, type FiledDocument, type Version } from "../records/api/documents";
import { type OpenPdf, openPdf } from "./api/pdf";
import { PageSteps } from "./page-steps";
import classes from "./preview.module.css";

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;
const WHOLE = 2;
/** Words have no place in a picture that is finer than this. */
const FINEST = 3;

/** A PDF, page by page, as wide as there is room; its words can be selected. */
export function PdfView({
  document,
  version,
  page,
  onPage,
}: {
  document: FiledDocument;
  version: Version;
  page: number;
  onPage: (page: number) => void;
}) {
  const [attempt, setAttempt] = useState(0);
  const { pdf, error } = usePdf(contentPath(document.id, version.number), version.size, attempt);
  const [zoom, setZoom] = useState(WHOLE);
  const { ref, width } = useElementSize();
  if (error !== null) {
    if (error.name === "PasswordException") {
      return <Alert color="gray">This file opens with a password only. Download it to open it.</Alert>;
    }
    if (error.name === "InvalidPDFException" || error.name === "FormatError") {
      return (
        <Alert color="gray">This file is damaged and can’t be shown. Download it, or upload it again.</Alert>
      );
    }
    return <ProblemNotice problem={error} onRetry={() => setAttempt((before) => before + 1)} />;
  }
  const shown = pdf === null ? page : Math.min(page, pdf.numPages);
  return (
    <div className={classes.frame}>
      {pdf !== null && (
        <PageSteps page={shown} pages={pdf.numPages} onPage={onPage}>
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Smaller"
            disabled={zoom === 0}
            onClick={() => setZoom(zoom - 1)}
          >
            <IconZoomOut size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Larger"
            disabled={zoom === ZOOMS.length - 1}
            onClick={() => setZoom(zoom + 1)}
          >
            <IconZoomIn size={18} aria-hidden />
          </ActionIcon>
        </PageSteps>
      )}
      <div ref={ref} className={classes.scroller} tabIndex={0} role="region" aria-label={`Page ${shown}`}>
        {pdf === null || width === 0 ? (
          <Waiting />
        ) : (
          <PdfPage key={shown} pdf={pdf} number={shown} width={Math.floor(width * (ZOOMS[zoom] ?? 1))} />
        )}
      </div>
    </div>
  );
}

function usePdf(path: string, size: number, attempt: number) {
  const [state, setState] = useState<{ pdf: PDFDocumentProxy | null; error: Error | null }>({
    pdf: null,
    error: null,
  });
  // A file that is open holds a worker, which has to be ended.
  useEffect(() => {
    const leaving = new AbortController();
    let opened: OpenPdf | null = null;
    const fail = (error: Error) => {
      if (!leaving.signal.aborted) setState({ pdf: null, error });
    };
    openPdf(path, size, leaving.signal, fail).then((pdf) => {
      opened = pdf;
      if (leaving.signal.aborted) pdf.close();
      else setState({ pdf: pdf.document, error: null });
    }, fail);
    return () => {
      leaving.abort();
      opened?.close();
    };
  }, [path, size, attempt]);
  return state;
}

function PdfPage({ pdf, number, width }: { pdf: PDFDocumentProxy; number: number; width: number }) {
  const sheet = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  // pdf.js draws into elements of its own.
  useEffect(() => {
    let left = false;
    let cancel: () => void = () => undefined;
    const draw = async (at: HTMLDivElement) => {
      const { TextLayer } = await import("pdfjs-dist");
      const page = await pdf.getPage(number);
      if (left) return;
      const scale = width / page.getViewport({ scale: 1 }).width;
      const viewport = page.getViewport({ scale });
      const fine = Math.min(FINEST, devicePixelRatio);
      const canvas = window.document.createElement("canvas");
      canvas.width = Math.floor(viewport.width * fine);
      canvas.height = Math.floor(viewport.height * fine);
      canvas.setAttribute("aria-hidden", "true");
      const task = page.render({ canvas, viewport: page.getViewport({ scale: scale * fine }) });
      cancel = () => task.cancel();
      await task.promise;
      if (left) return;
      const words = window.document.createElement("div");
      words.className = classes.words ?? "";
      at.style.width = `${viewport.width}px`;
      at.style.height = `${viewport.height}px`;
      at.style.setProperty("--total-scale-factor", String(scale));
      at.replaceChildren(canvas, words);
      const layer = new TextLayer({
        textContentSource: page.streamTextContent(),
        container: words,
        viewport,
      });
      cancel = () => layer.cancel();
      await layer.render();
      if (!left) setDrawn(true);
    };
    if (sheet.current !== null) {
      draw(sheet.current).catch((reason: unknown) => {
        if (!left) setError(reason as Error);
      });
    }
    return () => {
      left = true;
      cancel();
    };
  }, [pdf, number, width]);
  if (error !== null) return <Alert color="gray">This page is damaged and can’t be shown.</Alert>;
  return (
    <>
      {!drawn && <Waiting />}
      <div ref={sheet} className={classes.sheet} data-page={number} />
    </>
  );
}
