import type { Metadata } from "next";

import { CitationMark } from "@/features/files/citations/citation-mark";
import { CiteButton } from "@/features/files/citations/cite-button";
import { ThingDocuments } from "@/features/files/list/thing-documents";
import { LoanPage } from "@/features/loans/loan/loan-page";
import { LoanDatesPanel } from "@/features/notifications/dates/loan-dates-panel";
import { NotesPanel } from "@/features/notifications/notes/notes-panel";

export const metadata: Metadata = { title: "Loan" };

export default function Route() {
  return (
    <LoanPage
      documents={<ThingDocuments kind="loan" />}
      citing={{ Mark: CitationMark, Deed: CiteButton }}
      dates={<LoanDatesPanel />}
      notes={<NotesPanel kind="loan" />}
    />
  );
}
