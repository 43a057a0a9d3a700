import type { Metadata } from "next";

import { DashboardPage } from "@/features/dashboard/overview/dashboard-page";

export const metadata: Metadata = { title: "Dashboard" };

export default function Route() {
  return <DashboardPage />;
}
