import type { Metadata } from "next";

import { DocumentPage } from "@/features/files/document/document-page";

export const metadata: Metadata = { title: "Document" };

export default function Route() {
  return <DocumentPage />;
}
