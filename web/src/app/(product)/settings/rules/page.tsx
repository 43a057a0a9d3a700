import type { Metadata } from "next";

import { RulesPage } from "@/features/notifications/rules/rules-page";

export const metadata: Metadata = { title: "Rules" };

export default function Route() {
  return <RulesPage />;
}
