import type { Metadata } from "next";

import { WebhookPage } from "@/features/notifications/webhooks/webhook-page";

export const metadata: Metadata = { title: "Webhook" };

export default function Route() {
  return <WebhookPage />;
}
