"use client";

import { Button, Menu } from "@mantine/core";
import { IconDownload, IconFileTypePdf, IconTable } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { download } from "@/api/client";
import { notDone } from "@/components/not-done";

import type { Filters } from "../filters/filters";
import { exportPath } from "../loan-lines/api/loan-lines";
import { STANDARD_ORDER } from "../loan-lines/loans-table-address";

/** The dashboard to take along: as a PDF by the browser's own printing, its loans as a table. */
export function ExportMenu({ filters }: { filters: Filters }) {
  const exporting = useMutation({
    mutationFn: () => download(exportPath(filters, STANDARD_ORDER), "loans.csv"),
    onError: notDone("Not exported"),
  });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={exporting.isPending}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {/* Once the menu is gone: paper shows the page as it is then. */}
        <Menu.Item
          leftSection={<IconFileTypePdf size={16} aria-hidden />}
          onClick={() => requestAnimationFrame(() => requestAnimationFrame(() => window.print()))}
        >
          PDF of this page
        </Menu.Item>
        <Menu.Item leftSection={<IconTable size={16} aria-hidden />} onClick={() => exporting.mutate()}>
          Loans as CSV
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
