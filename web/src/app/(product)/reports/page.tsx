import type { Metadata } from "next";

import { ReportsPage } from "@/features/loans/reports/reports-page";

export const metadata: Metadata = { title: "Reports" };

export default function Route() {
  return <ReportsPage />;
}
