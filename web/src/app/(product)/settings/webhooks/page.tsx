import type { Metadata } from "next";

import { WebhooksPage } from "@/features/notifications/webhooks/webhooks-page";

export const metadata: Metadata = { title: "Webhooks" };

export default function Route() {
  return <WebhooksPage />;
}
