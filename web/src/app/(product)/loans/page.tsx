import type { Metadata } from "next";

import { LoansTablePage } from "@/features/dashboard/loans-table/loans-table-page";

export const metadata: Metadata = { title: "Loans" };

export default function Route() {
  return <LoansTablePage />;
}
