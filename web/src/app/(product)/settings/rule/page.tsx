import type { Metadata } from "next";

import { RulePage } from "@/features/notifications/rules/rule-page";

export const metadata: Metadata = { title: "Rule" };

export default function Route() {
  return <RulePage />;
}
