import type { Metadata } from "next";

import { Exposure } from "@/features/dashboard/exposure/exposure";
import { ThingDocuments } from "@/features/files/list/thing-documents";
import { PartyPage } from "@/features/loans/parties/party-page";
import { NotesPanel } from "@/features/notifications/notes/notes-panel";

export const metadata: Metadata = { title: "Fund" };

export default function Route() {
  return (
    <PartyPage
      kind="funds"
      exposure={<Exposure field="fundId" />}
      documents={<ThingDocuments kind="fund" />}
      notes={<NotesPanel kind="fund" />}
    />
  );
}
