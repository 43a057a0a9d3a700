import type { Metadata } from "next";

import { LoanPage } from "@/features/loans/loan/loan-page";

export const metadata: Metadata = { title: "Loan" };

export default function Route() {
  return <LoanPage />;
}
