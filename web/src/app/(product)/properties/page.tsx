import type { Metadata } from "next";

import { PartyListPage } from "@/features/loans/parties/party-list-page";

export const metadata: Metadata = { title: "Properties" };

export default function Route() {
  return <PartyListPage kind="properties" />;
}
