import type { Metadata } from "next";

import { DatesPage } from "@/features/notifications/dates/dates-page";

export const metadata: Metadata = { title: "Dates" };

export default function Route() {
  return <DatesPage />;
}
