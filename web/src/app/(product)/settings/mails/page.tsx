import type { Metadata } from "next";

import { MailsPage } from "@/features/notifications/mails/mails-page";

export const metadata: Metadata = { title: "Email" };

export default function Route() {
  return <MailsPage />;
}
