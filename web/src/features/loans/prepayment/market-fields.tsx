"use client";

import { NativeSelect, SimpleGrid } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { PercentField } from "@/components/fields/percent-field";
import { Surface } from "@/components/surface";

import type { Chosen, Market } from "./api/prepayment";

const CHOICES: readonly { value: Chosen | ""; label: string }[] = [
  { value: "", label: "Not chosen" },
  { value: "defeasance", label: "Defeasance" },
  { value: "yield_maintenance", label: "Yield maintenance" },
];

/** The market's part of a cost, asked for only where a phase of the loan needs it. */
export function MarketFields({
  phases,
  market,
  onMarket,
}: {
  phases: readonly Schemas["PhaseOfLoan"][];
  market: Market;
  onMarket: (market: Market) => void;
}) {
  const kinds = new Set(phases.map(({ kind }) => kind));
  const choice = kinds.has("defeasance_or_yield_maintenance");
  const yields = choice || kinds.has("yield_maintenance");
  const zeros = choice || kinds.has("defeasance");
  if (!yields && !zeros) return null;
  return (
    <Surface title="Market">
      <SimpleGrid type="container" cols={{ base: 1, "26rem": 2, "44rem": 3 }} spacing="sm">
        {choice && (
          <NativeSelect
            label="The borrower chooses"
            value={market.chosen}
            onChange={({ currentTarget }) =>
              onMarket({
                ...market,
                chosen: CHOICES.find(({ value }) => value === currentTarget.value)?.value ?? "",
              })
            }
            data={[...CHOICES]}
          />
        )}
        {yields && (
          <PercentField
            label="Treasury yield"
            description="Of the maturity that the note names"
            value={market.treasury}
            onChange={(treasury) => onMarket({ ...market, treasury })}
          />
        )}
        {zeros && (
          <PercentField
            label="Zero rate"
            description="Of Treasury strips, compounded twice a year"
            value={market.zeroRates}
            onChange={(zeroRates) => onMarket({ ...market, zeroRates })}
          />
        )}
      </SimpleGrid>
    </Surface>
  );
}
