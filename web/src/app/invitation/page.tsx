import type { Metadata } from "next";

import { InvitationPage } from "@/features/auth/components/invitation-page";

export const metadata: Metadata = { title: "Your invitation" };

export default function Route() {
  return <InvitationPage />;
}
