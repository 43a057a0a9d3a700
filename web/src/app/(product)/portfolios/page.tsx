import type { Metadata } from "next";

import { ExposureCell } from "@/features/dashboard/exposure/exposure-cell";
import { exposurePage } from "@/features/dashboard/exposure/exposure-page";
import { PartyListPage } from "@/features/loans/parties/party-list-page";

export const metadata: Metadata = { title: "Portfolios" };

export default function Route() {
  return <PartyListPage kind="portfolios" exposure={{ Cell: ExposureCell, page: exposurePage }} />;
}
