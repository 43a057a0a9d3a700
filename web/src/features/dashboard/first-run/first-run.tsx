"use client";

import { Alert, Button, Group, Loader, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconFileImport, IconFlask, IconPlus, type TablerIcon } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "@/components/link";
import type { ReactNode } from "react";

import { useMay } from "@/api/me";
import { DeletionSteps } from "@/components/deletion-steps";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import { demonstrationQuery, isUnderWay, loadDemonstration } from "./api/demonstration";
import classes from "./first-run.module.css";
import { useDemonstration } from "./use-demonstration";

/** An organization without a loan: how to get some. */
export function FirstRun() {
  const mayWrite = useMay("portfolio.write");
  const mayImport = useMay("tape.import");
  const queries = useQueryClient();
  const demonstration = useDemonstration();
  const load = useMutation({
    mutationFn: loadDemonstration,
    onSuccess: (asked) => queries.setQueryData(demonstrationQuery.queryKey, asked),
  });
  const loading = load.isPending || demonstration?.presence === "arriving";
  const underWay = load.isPending || isUnderWay(demonstration);
  if (!mayWrite && !mayImport) {
    return (
      <EmptyState title="There are no loans yet">
        Loans appear here once someone in your organization adds them or imports a tape.
      </EmptyState>
    );
  }
  return (
    <Stack gap="md">
      <Text c="dimmed">Add your first loans</Text>
      <div className={classes.ways}>
        {mayImport && (
          <Way
            icon={IconFileImport}
            title="Import a tape"
            action={
              <Button component={Link} href="/import/new/">
                Choose a file
              </Button>
            }
          >
            A servicer’s tape, an SEC ABS-EE file or a spreadsheet saved as CSV. Preview every change before
            it is saved.
          </Way>
        )}
        {mayWrite && (
          <Way
            icon={IconPlus}
            title="Add a loan"
            action={
              <Button component={Link} href="/loan/new/" variant="default">
                Add a loan
              </Button>
            }
          >
            A number, a balance, a rate and three dates are enough. The schedule updates as you type.
          </Way>
        )}
        {mayWrite && (
          <Way
            icon={IconFlask}
            title="Look around first"
            action={
              <Button
                variant="default"
                onClick={() => load.mutate()}
                disabled={underWay}
                leftSection={underWay ? <Loader size={14} aria-hidden /> : null}
              >
                {loading ? "Loading sample data…" : "Explore with sample data"}
              </Button>
            }
          >
            A fictional portfolio with lenders, funds, properties and history. Remove it at any time.
          </Way>
        )}
      </div>
      <VisuallyHidden role="status">{loading ? "Loading sample data" : ""}</VisuallyHidden>
      {demonstration !== undefined && isUnderWay(demonstration) && (
        <Surface title={loading ? "Loading sample data" : "Removing sample data"}>
          <DeletionSteps steps={demonstration.steps} />
        </Surface>
      )}
      {demonstration !== undefined && !underWay && demonstration.refused.length > 0 && (
        <Alert color="red" title="Sample data was not loaded" role="status">
          {demonstration.refused.join(" ")}
        </Alert>
      )}
      {load.error && <ProblemNotice problem={load.error} />}
    </Stack>
  );
}

function Way({
  icon: Icon,
  title,
  action,
  children,
}: {
  icon: TablerIcon;
  title: string;
  action: ReactNode;
  children: ReactNode;
}) {
  return (
    <Surface p="lg">
      <Stack h="100%" gap="xs" align="flex-start">
        <Group gap="xs">
          <Icon size={20} stroke={1.6} aria-hidden />
          <Title order={2}>{title}</Title>
        </Group>
        <Text size="sm" c="dimmed" mb="auto">
          {children}
        </Text>
        {action}
      </Stack>
    </Surface>
  );
}
