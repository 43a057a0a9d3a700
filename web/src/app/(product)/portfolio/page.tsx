import type { Metadata } from "next";

import { Exposure } from "@/features/dashboard/exposure/exposure";
import { ThingDocuments } from "@/features/files/list/thing-documents";
import { PartyPage } from "@/features/loans/parties/party-page";
import { NotesPanel } from "@/features/notifications/notes/notes-panel";

export const metadata: Metadata = { title: "Portfolio" };

export default function Route() {
  return (
    <PartyPage
      kind="portfolios"
      exposure={<Exposure field="portfolioId" />}
      documents={<ThingDocuments kind="portfolio" />}
      notes={<NotesPanel kind="portfolio" />}
    />
  );
}
