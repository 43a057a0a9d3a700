import type { Metadata } from "next";

import { ThingDocuments } from "@/features/files/list/thing-documents";
import { LoanPage } from "@/features/loans/loan/loan-page";

export const metadata: Metadata = { title: "Loan" };

export default function Route() {
  return <LoanPage documents={<ThingDocuments kind="loan" />} />;
}
