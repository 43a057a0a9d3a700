import type { Metadata } from "next";

import { ImportPage } from "@/features/loans/imports/import-page";

export const metadata: Metadata = { title: "Import" };

export default function Route() {
  return <ImportPage />;
}
