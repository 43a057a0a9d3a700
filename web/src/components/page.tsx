"use client";

import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";

import { meQuery } from "@/api/me";

import { noteVisit } from "./palette/visits";

/** A page: its heading, what can be done on it, its content. */
export function Page({
  title,
  subtitle,
  actions,
  children,
}: {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const queries = useQueryClient();
  const organization = queries.getQueryData(meQuery.queryKey)?.organization;
  // The document's title is outside of React's tree where the data, not the route, names the page; so is what the
  // palette remembers of the pages that were visited.
  useEffect(() => {
    document.title = `${title} · Real Insights`;
    const organization = queries.getQueryData(meQuery.queryKey)?.organization.id;
    noteVisit(organization, location.pathname + location.search, title);
  }, [title, queries]);
  return (
    <Stack gap="lg" maw="var(--page-width)" mx="auto" w="100%">
      {organization !== undefined && (
        <div className="print-only">{`${organization.name} · Real Insights`}</div>
      )}
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <Box miw={0}>
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {subtitle != null && (
            <Text component="div" c="dimmed" size="sm">
              {subtitle}
            </Text>
          )}
        </Box>
        {actions != null && (
          <Group gap="xs" className="no-print">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Stack>
  );
}
