import type { Metadata } from "next";

import { UnverifiedNotice } from "@/features/auth/account/unverified-notice";
import { InboxPage } from "@/features/notifications/inbox/inbox-page";

export const metadata: Metadata = { title: "Inbox" };

export default function Route() {
  return <InboxPage notice={<UnverifiedNotice />} />;
}
