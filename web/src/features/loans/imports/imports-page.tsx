"use client";

import { Anchor, Button } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import Link from "@/components/link";
import { useSearchParams } from "next/navigation";

import { useMay } from "@/api/me";
import { Page } from "@/components/page";

import { ImportsTable } from "./imports-table";
import { TapeDeal } from "./tape-deal";

/** Every import, the latest first; with a deal in the address that deal month by month. */
export function ImportsPage() {
  const search = useSearchParams();
  const deal = search.get("deal") ?? undefined;
  const period = search.get("period") ?? undefined;
  const mayImport = useMay("tape.import");
  return (
    <Page
      title={deal === undefined ? "Imports" : deal}
      subtitle={
        deal === undefined ? (
          "All imports and previews, latest first"
        ) : (
          <Anchor component={Link} href="/imports/" inherit>
            All imports
          </Anchor>
        )
      }
      actions={
        <>
          <Button component={Link} href="/solve/" variant="default">
            Check a statement
          </Button>
          {mayImport && (
            <Button
              component={Link}
              href="/import/new/"
              leftSection={<IconFileImport size={18} aria-hidden />}
            >
              Import tapes
            </Button>
          )}
        </>
      }
    >
      {deal !== undefined && <TapeDeal deal={deal} period={period} />}
      <ImportsTable deal={deal} />
    </Page>
  );
}
