import type { Metadata } from "next";

import { AuditPage } from "@/components/journal/audit-page";
import { PeopleJournal } from "@/features/auth/journal/people-journal";
import { PortfolioJournal } from "@/features/loans/journal/journal-portfolio";

export const metadata: Metadata = { title: "Audit trail" };

export default function Route() {
  return <AuditPage portfolio={<PortfolioJournal />} people={<PeopleJournal />} />;
}
