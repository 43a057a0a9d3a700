import type { Metadata } from "next";

import { PreferencesPage } from "@/features/notifications/preferences/preferences-page";

export const metadata: Metadata = { title: "Notifications" };

export default function Route() {
  return <PreferencesPage />;
}
