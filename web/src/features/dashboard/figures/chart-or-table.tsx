"use client";

import { ActionIcon, Group } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";

import { Surface } from "@/components/surface";

/** A chart, and the same figures as a table for who prefers or needs one. */
export function ChartOrTable({
  title,
  actions,
  controls,
  chart,
  table,
}: {
  title: string;
  actions?: ReactNode;
  /** What does not fit beside the title. */
  controls?: ReactNode;
  chart: ReactNode;
  table: () => ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  const label = `${title} as a ${asTable ? "chart" : "table"}`;
  return (
    <Surface
      title={title}
      actions={
        <Group gap="xs" className="no-print">
          {actions}
          <ActionIcon
            variant="default"
            size="md"
            aria-label={label}
            title={label}
            onClick={() => setAsTable((before) => !before)}
          >
            {asTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          </ActionIcon>
        </Group>
      }
    >
      {controls}
      {asTable ? table() : chart}
    </Surface>
  );
}
