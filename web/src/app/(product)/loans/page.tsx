import type { Metadata } from "next";

import { LoansTablePage } from "@/features/dashboard/components/loans-table-page";

export const metadata: Metadata = { title: "Loans" };

export default function Route() {
  return <LoansTablePage />;
}
