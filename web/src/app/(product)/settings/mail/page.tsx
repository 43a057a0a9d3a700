import type { Metadata } from "next";

import { MailPage } from "@/features/notifications/mails/mail-page";

export const metadata: Metadata = { title: "Email" };

export default function Route() {
  return <MailPage />;
}
