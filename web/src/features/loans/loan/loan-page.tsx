"use client";

import { Button, Group, Skeleton, Stack, Tabs } from "@mantine/core";
import { IconClockSearch, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";

import { useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import Link from "@/components/link";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Waiting } from "@/components/waiting";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanQuery } from "../records/api/loan";
import type { Citing } from "../records/cited";
import { referencesIn, useNames } from "../records/api/names";
import type { Loan } from "../records/loan-draft";
import { LoanNotice } from "../records/notice";
import { LOAN_TABS, type LoanTab, useLoanAddress } from "../records/use-loan-address";
import { DeleteLoan } from "./loan-delete";
import { LoanGone } from "./loan-gone";
import { LoanIdentity } from "./loan-header";
import { LoanOverview } from "./loan-overview";
import { LoanRail, WithRail } from "./loan-rail";
import railClasses from "./loan-rail.module.css";

const loading = () => <Waiting />;
const LoanSchedule = dynamic(() => import("../schedule/loan-schedule").then((part) => part.LoanSchedule), {
  loading,
});
const LoanPrepayment = dynamic(
  () => import("../prepayment/loan-prepayment").then((part) => part.LoanPrepayment),
  { loading },
);
const LoanRefinance = dynamic(
  () => import("../refinance/loan-refinance").then((part) => part.LoanRefinance),
  {
    loading,
  },
);
const LoanReconciliation = dynamic(
  () => import("../reconciliation/loan-reconciliation").then((part) => part.LoanReconciliation),
  { loading },
);
const LoanProperties = dynamic(() => import("./loan-properties").then((part) => part.LoanProperties), {
  loading,
});
const LoanHistory = dynamic(() => import("./loan-history").then((part) => part.LoanHistory), { loading });
const LoanEdit = dynamic(() => import("../loan-form/loan-edit").then((part) => part.LoanEdit), { loading });

const LABELS: Readonly<Record<LoanTab, string>> = {
  overview: "Overview",
  schedule: "Schedule",
  prepayment: "Prepayment",
  refinance: "Refinance",
  reconciliation: "Reconciliation",
  properties: "Properties",
  documents: "Documents",
  dates: "Dates",
  notes: "Notes",
  history: "History",
};

interface FromOthers {
  documents: ReactNode;
  dates: ReactNode;
  notes: ReactNode;
  citing: Citing;
}

/**
 * One loan: what is owed, its schedule, how that compares with what is reported, its properties, its history.
 * `documents` are those about it and `citing` says where its terms are written, from whoever keeps documents;
 * `dates` is its timeline, `notes` are what people wrote about it.
 */
export function LoanPage(others: FromOthers) {
  const { id, asKnownAt } = useLoanAddress();
  const { data: loan, error, refetch } = useQuery({ ...loanQuery(id, asKnownAt), enabled: id !== "" });
  if (id === "") {
    return (
      <EmptyState
        title="No loan selected"
        actions={
          <Button component={Link} href="/loans/" variant="default">
            All loans
          </Button>
        }
      >
        This address does not name a loan.
      </EmptyState>
    );
  }
  // A loan that is on the page stays there while the server cannot be asked about it.
  if (loan === undefined) {
    if (error === null) return <LoanSkeleton />;
    if (error instanceof Problem && error.status === 404 && asKnownAt === null) {
      return <LoanGone loanId={id} />;
    }
    return <LoanRefused problem={error} onRetry={() => void refetch()} />;
  }
  // Another loan is another page: nothing of the one before is shown until its own figures come.
  return <KnownLoan key={loan.id} loan={loan} {...others} />;
}

function KnownLoan({ loan, documents, citing, dates, notes }: { loan: Loan } & FromOthers) {
  const { asKnownAt, editing, tab, go } = useLoanAddress();
  const [mayWrite, mayDelete] = [useMay("portfolio.write"), useMay("portfolio.delete")];
  const names = useNames(referencesIn(loan));
  if (editing && mayWrite && asKnownAt === null) return <LoanEdit loan={loan} />;
  const shown = asKnownAt === null ? tab : "overview";
  return (
    <Page
      title={loan.name}
      subtitle={<LoanIdentity loan={loan} names={names} />}
      actions={
        asKnownAt === null ? (
          <>
            {mayWrite && (
              <Button
                variant="default"
                leftSection={<IconPencil size={16} aria-hidden />}
                onClick={() => go({ editing: true })}
              >
                Edit
              </Button>
            )}
            <Button component={Link} href={`/reports/?loan=${loan.id}`} variant="default">
              Abstract
            </Button>
            {mayDelete && <DeleteLoan loan={loan} />}
          </>
        ) : undefined
      }
    >
      {asKnownAt !== null && <AsKnown asKnownAt={asKnownAt} />}
      <WithRail rail={<LoanRail loan={loan} names={names} computed={asKnownAt === null} />}>
        <Tabs
          value={shown}
          onChange={(value) => go({ tab: LOAN_TABS.find((known) => known === value) ?? "overview" })}
          keepMounted={false}
        >
          <Tabs.List aria-label="Parts of the loan">
            {LOAN_TABS.filter((known) => asKnownAt === null || known === "overview").map((known) => (
              <Tabs.Tab key={known} value={known}>
                {LABELS[known]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="overview" pt="md">
            <LoanOverview loan={loan} names={names} citing={citing} />
          </Tabs.Panel>
          <Tabs.Panel value="schedule" pt="md">
            <LoanSchedule loan={loan} />
          </Tabs.Panel>
          <Tabs.Panel value="prepayment" pt="md">
            <LoanPrepayment loan={loan} />
          </Tabs.Panel>
          <Tabs.Panel value="refinance" pt="md">
            <LoanRefinance loan={loan} />
          </Tabs.Panel>
          <Tabs.Panel value="reconciliation" pt="md">
            <LoanReconciliation loan={loan} />
          </Tabs.Panel>
          <Tabs.Panel value="properties" pt="md">
            <LoanProperties loan={loan} />
          </Tabs.Panel>
          <Tabs.Panel value="documents" pt="md">
            {documents}
          </Tabs.Panel>
          <Tabs.Panel value="dates" pt="md">
            {dates}
          </Tabs.Panel>
          <Tabs.Panel value="notes" pt="md">
            {notes}
          </Tabs.Panel>
          <Tabs.Panel value="history" pt="md">
            <LoanHistory loan={loan} />
          </Tabs.Panel>
        </Tabs>
      </WithRail>
    </Page>
  );
}

/** Says that what is shown is of another time, and leads back. */
function AsKnown({ asKnownAt }: { asKnownAt: string }) {
  const formats = useFormats();
  const { go } = useLoanAddress();
  return (
    <LoanNotice
      color="yellow"
      icon={<IconClockSearch aria-hidden />}
      title={`As recorded on ${moment(asKnownAt, formats)}`}
    >
      <Group gap="sm">
        <span>An earlier version. Ratios and scheduled balances are not shown.</span>
        <Button size="xs" variant="default" onClick={() => go({ asKnownAt: null, tab: "history" })}>
          Back to current version
        </Button>
      </Group>
    </LoanNotice>
  );
}

function LoanRefused({ problem, onRetry }: { problem: Error; onRetry: () => void }) {
  const { asKnownAt, go } = useLoanAddress();
  return (
    <Stack align="center">
      <ProblemNotice problem={problem} onRetry={onRetry} page />
      {asKnownAt !== null && (
        <Button variant="default" onClick={() => go({ asKnownAt: null, tab: "history" })}>
          Back to current version
        </Button>
      )}
    </Stack>
  );
}

function LoanSkeleton() {
  return (
    <Stack gap="lg" maw="var(--page-width)" mx="auto" w="100%" aria-busy="true" aria-label="Loading">
      <Skeleton h={56} w="min(28rem, 80%)" />
      <WithRail rail={<Skeleton className={railClasses.waiting} />}>
        <Stack gap="lg">
          <Skeleton h={36} />
          <Skeleton h={480} />
        </Stack>
      </WithRail>
    </Stack>
  );
}
