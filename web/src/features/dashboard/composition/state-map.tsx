"use client";

import { Text } from "@mantine/core";

import { money, percent, shortMoney } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Composition } from "../answers/figures";
import { useDrillDown } from "../drill-down/drill-down";
import { loansOf, partWords } from "../figures/composition-words";
import { loansWords } from "../figures/figure-details";
import { shadeOf, TILES } from "./state-tiles";
import classes from "./state-map.module.css";

const ON_MAP = new Set(TILES.map(({ state }) => state));

/** What is outstanding by state, each state a tile; a tile leads to its loans. */
export function StateMap({ composition }: { composition: Composition }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const slices = new Map(composition.slices.map((slice) => [slice.key, slice]));
  // Shades, no figures: what a tile says is the server's own text.
  const largest = Math.max(0, ...composition.slices.map(({ share }) => Number(share ?? 0)));
  const elsewhere = composition.slices.filter(({ key }) => !ON_MAP.has(key));
  return (
    <>
      <div role="group" aria-label="By state, as a map" className={classes.map}>
        {TILES.map(({ state, row, column }) => {
          const slice = slices.get(state);
          const place = { gridRow: row + 1, gridColumn: column + 1 };
          if (slice === undefined) {
            return (
              <span key={state} className={classes.tile} style={place} aria-hidden>
                {state}
              </span>
            );
          }
          const label = partWords("state", slice);
          const words = [
            money(slice.balance, formats),
            percent(slice.share, formats),
            loansWords(slice.loans, formats),
          ].join(", ");
          return (
            <button
              key={state}
              type="button"
              className={classes.tile}
              style={place}
              data-shade={shadeOf(Number(slice.share ?? 0), largest)}
              aria-label={`${label}: ${words}`}
              title={`${label}: ${words}`}
              onClick={() => drillDown({ title: label, ...loansOf("state", slice.key) })}
            >
              {state}
            </button>
          );
        })}
      </div>
      {elsewhere.length > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {`Not on the map: ${elsewhere
            .map((slice) => `${partWords("state", slice)} ${shortMoney(slice.balance, formats)}`)
            .join(", ")}.`}
        </Text>
      )}
    </>
  );
}
