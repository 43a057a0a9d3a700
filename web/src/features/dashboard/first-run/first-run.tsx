"use client";

import { Button, Group, Loader, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconFileImport, IconFlask, IconPlus, type TablerIcon } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "@/components/link";
import type { ReactNode } from "react";

import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import { loadDemonstration } from "./api/demonstration";
import classes from "./first-run.module.css";

/** An organization without a loan: how to get some. */
export function FirstRun() {
  const mayWrite = useMay("portfolio.write");
  const mayImport = useMay("tape.import");
  const queries = useQueryClient();
  // The demonstration is loans, properties, lenders and more: everything on screen may have changed.
  const load = useMutation({ mutationFn: loadDemonstration, onSuccess: () => queries.invalidateQueries() });
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
                disabled={load.isPending}
                leftSection={load.isPending ? <Loader size={14} aria-hidden /> : null}
              >
                {load.isPending ? "Loading sample data…" : "Explore with sample data"}
              </Button>
            }
          >
            A fictional portfolio with lenders, funds, properties and history. Remove it at any time.
          </Way>
        )}
      </div>
      <VisuallyHidden role="status">{load.isPending ? "Loading sample data" : ""}</VisuallyHidden>
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
