import type { Metadata } from "next";

import { Exposure } from "@/features/dashboard/exposure/exposure";
import { ThingDocuments } from "@/features/files/list/thing-documents";
import { PartyPage } from "@/features/loans/parties/party-page";
import { NotesPanel } from "@/features/notifications/notes/notes-panel";

export const metadata: Metadata = { title: "Lender" };

export default function Route() {
  return (
    <PartyPage
      kind="lenders"
      exposure={<Exposure field="lenderId" />}
      documents={<ThingDocuments kind="lender" />}
      notes={<NotesPanel kind="lender" />}
    />
  );
}
