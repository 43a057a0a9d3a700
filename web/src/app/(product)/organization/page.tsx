import type { Metadata } from "next";

import { OrganizationPage } from "@/features/auth/organization/organization-page";

export const metadata: Metadata = { title: "Organization" };

export default function Route() {
  return <OrganizationPage />;
}
