"use client";

import { Button, Group, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { PartyKind } from "@/api/parties";
import Link from "@/components/link";
import { useMemo } from "react";

import { useMay } from "@/api/me";
import { useAddress } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { type Rows, useRows } from "@/components/table/pages";
import { counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import { PropertyFilters } from "../properties/property-filters";
import { type ListItems, type PartyListFilter, partyPages } from "../records/api/party";
import type { ExposureSource } from "./exposure-columns";
import { PARTY_COLUMNS } from "./party-columns";
import { PartySearch } from "./party-search";
import { SHAPES } from "./party-shapes";

const ABOUT: Readonly<Record<PartyKind, string>> = {
  lenders: "Lenders, criteria and exposure",
  funds: "Funds and their debt",
  portfolios: "Groupings of loans and properties",
  properties: "Collateral",
};
const EMPTY: Readonly<Record<PartyKind, string>> = {
  lenders: "Imports add lenders automatically. You can also add them manually.",
  funds: "Add a fund and assign loans to it to see its exposure.",
  portfolios: "Add a portfolio and assign loans and properties to it.",
  properties: "Imports add properties automatically. You can also add them manually.",
};

/**
 * Every lender, fund, portfolio or property; `exposure` shows what is owed, from whoever computes that, and brings the
 * list in the order of it: the largest first, unless the address says otherwise.
 */
export function PartyListPage({ kind, exposure }: { kind: PartyKind; exposure?: ExposureSource }) {
  const shape = SHAPES[kind];
  const formats = useFormats();
  const [search, go] = useAddress();
  const mayWrite = useMay("portfolio.write");
  const usual = exposure === undefined ? "name" : "-balance";
  const filter = filterOf(kind, search, usual);
  const list = useRows(partyPages(kind, filter, exposure?.page));
  const Cell = exposure?.Cell;
  // Which columns there are follows from the kind, which a page never changes.
  const columns = useMemo(
    () => PARTY_COLUMNS[kind](Cell) as readonly Column<ListItems[PartyKind]>[],
    [kind, Cell],
  );
  const { order, ...narrowing } = filter;
  const narrowed = Object.values(narrowing).some((value) => value !== undefined && value.length > 0);
  const create = mayWrite && (
    <Button
      component={Link}
      href={`${shape.address}?new=true`}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      {`New ${shape.noun}`}
    </Button>
  );
  return (
    <Page title={shape.plural} subtitle={ABOUT[kind]} actions={create}>
      <DataTable
        id={kind}
        label={shape.plural}
        columns={columns}
        list={list as Rows<ListItems[PartyKind]>}
        rowId={({ id }) => id}
        rowName={(row) => row.name}
        rowLink={({ id }) => `${shape.address}?id=${id}`}
        order={order}
        onOrder={(next) => go({ order: next === usual ? null : next })}
        view={JSON.stringify(filter)}
        toolbar={
          <Group gap="xs">
            <PartySearch
              label={`Search ${shape.plural.toLowerCase()}`}
              placeholder={kind === "properties" ? "Name, address or city" : "Name"}
            />
            {kind === "properties" && <PropertyFilters />}
            {list.total !== null && (
              <Text size="sm" c="dimmed" role="status">
                {counted(list.total, shape.noun, shape.plural.toLowerCase(), formats)}
              </Text>
            )}
          </Group>
        }
        empty={
          narrowed ? (
            <EmptyState
              title={`No ${shape.plural.toLowerCase()} match`}
              actions={
                <Button
                  variant="default"
                  onClick={() => go({ q: null, propertyType: null, state: null, portfolioId: null })}
                >
                  Show all
                </Button>
              }
            >
              Nothing has these words or is of this kind.
            </EmptyState>
          ) : (
            <EmptyState title={`No ${shape.plural.toLowerCase()} yet`} actions={create}>
              {EMPTY[kind]}
            </EmptyState>
          )
        }
      />
    </Page>
  );
}

/** What the address asks for, as the server takes it. */
function filterOf(kind: PartyKind, search: URLSearchParams, usual: string): PartyListFilter {
  const said = (name: string) => search.get(name) ?? undefined;
  const shared = { q: said("q"), order: said("order") ?? usual };
  if (kind !== "properties") return shared;
  const types = said("propertyType")?.split(",");
  return { ...shared, propertyType: types, state: said("state"), portfolioId: said("portfolioId") };
}
