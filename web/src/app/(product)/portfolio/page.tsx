import type { Metadata } from "next";

import { Exposure } from "@/features/dashboard/components/exposure";
import { PartyPage } from "@/features/loans/components/party-page";

export const metadata: Metadata = { title: "Portfolio" };

export default function Route() {
  return <PartyPage kind="portfolios" exposure={<Exposure field="portfolioId" />} />;
}
