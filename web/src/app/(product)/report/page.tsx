import type { Metadata } from "next";

import { ReportPage } from "@/features/loans/reports/report-page";

export const metadata: Metadata = { title: "Report" };

export default function Route() {
  return <ReportPage />;
}
