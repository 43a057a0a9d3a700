import type { Metadata } from "next";

import { InvitationPage } from "@/features/auth/front-door/invitation-page";

export const metadata: Metadata = { title: "Your invitation" };

export default function Route() {
  return <InvitationPage />;
}
