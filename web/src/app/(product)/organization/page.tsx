import type { Metadata } from "next";

import { OrganizationPage } from "@/features/auth/components/organization-page";

export const metadata: Metadata = { title: "Organization" };

export default function Route() {
  return <OrganizationPage />;
}
