import type { Metadata } from "next";

import { AuditPage } from "@/components/journal/audit-page";
import { PeopleJournal } from "@/features/auth/components/people-journal";
import { PortfolioJournal } from "@/features/loans/components/journal-portfolio";

export const metadata: Metadata = { title: "Audit trail" };

export default function Route() {
  return <AuditPage portfolio={<PortfolioJournal />} people={<PeopleJournal />} />;
}
