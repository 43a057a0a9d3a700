import type { Metadata } from "next";

import { InboxPage } from "@/features/notifications/inbox/inbox-page";

export const metadata: Metadata = { title: "Inbox" };

export default function Route() {
  return <InboxPage />;
}
