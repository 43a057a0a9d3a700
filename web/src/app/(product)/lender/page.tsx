import type { Metadata } from "next";

import { Exposure } from "@/features/dashboard/components/exposure";
import { PartyPage } from "@/features/loans/components/party-page";

export const metadata: Metadata = { title: "Lender" };

export default function Route() {
  return <PartyPage kind="lenders" exposure={<Exposure field="lenderId" />} />;
}
