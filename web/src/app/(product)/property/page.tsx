import type { Metadata } from "next";

import { Exposure } from "@/features/dashboard/components/exposure";
import { PartyPage } from "@/features/loans/components/party-page";

export const metadata: Metadata = { title: "Property" };

export default function Route() {
  return <PartyPage kind="properties" exposure={<Exposure field="propertyId" />} />;
}
