"use client";

import { Button, Group, Loader, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconFileImport, IconFlask, IconPlus, type TablerIcon } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
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
        As soon as somebody in your organization adds loans or imports a tape, they are here.
      </EmptyState>
    );
  }
  return (
    <Stack gap="md">
      <Text c="dimmed">There are no loans yet. Begin with what you have:</Text>
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
            A servicer’s tape, an SEC ABS-EE file or a spreadsheet saved as CSV. You see what would happen
            before anything does.
          </Way>
        )}
        {mayWrite && (
          <Way
            icon={IconPlus}
            title="Add a loan"
            action={
              <Button component={Link} href="/loan/new/" variant="default">
                Enter its terms
              </Button>
            }
          >
            A number, a borrower, a balance, a rate and three dates are enough: the schedule follows as you
            type.
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
                {load.isPending ? "Loading the demonstration…" : "Load the demonstration"}
              </Button>
            }
          >
            An invented portfolio with lenders, funds, properties and history. It can be removed again, all at
            once.
          </Way>
        )}
      </div>
      <VisuallyHidden role="status">{load.isPending ? "Loading the demonstration" : ""}</VisuallyHidden>
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
