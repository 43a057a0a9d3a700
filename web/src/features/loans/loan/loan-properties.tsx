"use client";

import { Anchor, Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { partyQuery } from "@/api/parties";
import Link from "@/components/link";
import { useState } from "react";

import { EmptyState } from "@/components/empty-state";
import { Surface } from "@/components/surface";
import { date, money, percent, UNKNOWN, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Loan } from "../records/loan-draft";
import classes from "../records/table.module.css";
import { latestIncome, latestOccupancy, latestValue, type PropertyFigure } from "./loan-property-figures";

/** Each row asks for its property: so many at once, more on demand. */
const AT_ONCE = 50;

/** The properties behind a loan. */
export function LoanProperties({ loan }: { loan: Loan }) {
  const [shown, setShown] = useState(AT_ONCE);
  if (loan.properties.length === 0) {
    return (
      <Surface>
        <EmptyState title="No property">
          No property is recorded behind this loan: its LTV and debt yield cannot be computed. Edit the loan
          to add one.
        </EmptyState>
      </Surface>
    );
  }
  const left = loan.properties.length - shown;
  return (
    <Surface
      title={loan.properties.length === 1 ? "The property behind it" : `${loan.properties.length} properties`}
    >
      <Stack gap="sm" align="flex-start">
        <div
          className={classes.scroll}
          role="region"
          aria-label="Properties"
          tabIndex={0}
          style={{ width: "100%" }}
        >
          <table className={classes.table} aria-label="Properties behind the loan">
            <thead>
              <tr>
                <th scope="col" data-start>
                  Property
                </th>
                <th scope="col" data-start>
                  Type
                </th>
                <th scope="col" data-start>
                  City
                </th>
                <th scope="col">Allocated amount</th>
                <th scope="col">Value</th>
                <th scope="col">Net operating income</th>
                <th scope="col">Occupancy</th>
              </tr>
            </thead>
            <tbody>
              {loan.properties.slice(0, shown).map(({ propertyId, allocatedAmount }) => (
                <PropertyRow
                  key={propertyId}
                  propertyId={propertyId}
                  allocatedAmount={allocatedAmount}
                  basis={loan.statementBasis}
                />
              ))}
            </tbody>
          </table>
        </div>
        {left > 0 && (
          <Button size="xs" variant="default" onClick={() => setShown(shown + AT_ONCE)}>
            {`Show ${Math.min(left, AT_ONCE)} more of ${left}`}
          </Button>
        )}
      </Stack>
    </Surface>
  );
}

function PropertyRow({
  propertyId,
  allocatedAmount,
  basis,
}: {
  propertyId: string;
  allocatedAmount: string | null;
  basis: Loan["statementBasis"];
}) {
  const formats = useFormats();
  const { data, error } = useQuery(partyQuery("properties", propertyId));
  const allocated = <td className="amount">{money(allocatedAmount, formats)}</td>;
  if (data === undefined) {
    return (
      <tr>
        <th scope="row" data-start colSpan={3}>
          {error ? error.message : <Skeleton h={16} my={2} />}
        </th>
        {allocated}
        <td colSpan={3} />
      </tr>
    );
  }
  return (
    <tr>
      <th
        scope="row"
        data-start
        style={{ maxWidth: "24rem", overflow: "hidden", textOverflow: "ellipsis" }}
        title={data.name}
      >
        <Anchor component={Link} inherit href={`/property/?id=${propertyId}`}>
          {data.name}
        </Anchor>
      </th>
      <td data-start>{word(data.propertyType)}</td>
      <td data-start>{[data.city, data.state].filter((part) => part !== null).join(", ") || UNKNOWN}</td>
      {allocated}
      <FigureCell figure={latestValue(data)} show={(value) => money(value, formats)} amount />
      <FigureCell figure={latestIncome(data, basis)} show={(value) => money(value, formats)} amount />
      <FigureCell figure={latestOccupancy(data)} show={(value) => percent(value, formats)} />
    </tr>
  );
}

function FigureCell({
  figure,
  show,
  amount = false,
}: {
  figure: PropertyFigure | null;
  show: (value: string) => string;
  amount?: boolean;
}) {
  const formats = useFormats();
  if (figure === null) return <td>{UNKNOWN}</td>;
  const said = [
    figure.basis === null ? null : word(figure.basis),
    figure.asOf === null ? null : date(figure.asOf, formats),
  ];
  return (
    <td>
      <span className={amount ? "amount" : undefined}>{show(figure.value)}</span>
      <Text size="xs" c="dimmed">
        {said.filter((part) => part !== null).join(", ") || "Undated"}
      </Text>
    </td>
  );
}
