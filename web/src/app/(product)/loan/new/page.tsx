import type { Metadata } from "next";

import { LoanNewPage } from "@/features/loans/loan-form/loan-new-page";

export const metadata: Metadata = { title: "New loan" };

export default function Route() {
  return <LoanNewPage />;
}
