import type { Metadata } from "next";

import { LoanNewPage } from "@/features/loans/components/loan-new-page";

export const metadata: Metadata = { title: "New loan" };

export default function Route() {
  return <LoanNewPage />;
}
