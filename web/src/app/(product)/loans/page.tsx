import type { Metadata } from "next";

import { RecordedLoans } from "@/features/loans/list/recorded-loans";
import { LoansTablePage } from "@/features/dashboard/loans-table/loans-table-page";

export const metadata: Metadata = { title: "Loans" };

export default function Route() {
  return <LoansTablePage recorded={<RecordedLoans />} />;
}
