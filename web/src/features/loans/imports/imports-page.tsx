"use client";

import { Anchor, Button } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import Link from "next/link";
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
  return (
    <Page
      title={deal === undefined ? "Imports" : deal}
      subtitle={
        deal === undefined ? (
          "Every tape that was brought in or tried, the latest first"
        ) : (
          <Anchor component={Link} href="/imports/" inherit>
            See all imports
          </Anchor>
        )
      }
      actions={
        useMay("tape.import") && (
          <Button component={Link} href="/import/new/" leftSection={<IconFileImport size={18} aria-hidden />}>
            Import tapes
          </Button>
        )
      }
    >
      {deal !== undefined && <TapeDeal deal={deal} period={period} />}
      <ImportsTable deal={deal} />
    </Page>
  );
}
