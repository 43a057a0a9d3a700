import type { Metadata } from "next";

import { ImportNewPage } from "@/features/loans/imports/import-new-page";

export const metadata: Metadata = { title: "Import tapes" };

export default function Route() {
  return <ImportNewPage />;
}
