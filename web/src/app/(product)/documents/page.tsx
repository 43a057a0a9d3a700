import type { Metadata } from "next";

import { DocumentsPage } from "@/features/files/list/documents-page";

export const metadata: Metadata = { title: "Documents" };

export default function Route() {
  return <DocumentsPage />;
}
