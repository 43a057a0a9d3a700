"use client";

import { Button, Group, Text } from "@mantine/core";
import dynamic from "next/dynamic";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { Waiting } from "@/components/waiting";
import { count, percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useDrillDown } from "../drill-down/drill-down";
import { COMPOSITION_WORDS, type CompositionName, loansOf, partWords } from "../figures/composition-words";
import { loansWords } from "../figures/figure-details";
import type { Composition } from "../answers/figures";
import { inOrder } from "../filters/filters";
import { ConcentrationFigure } from "../headline/headline-figure";
import classes from "./composition.module.css";

const StateMap = dynamic(() => import("./state-map").then((part) => part.StateMap), {
  loading: () => <Waiting />,
});

const SHOWN = 8;
/** So few more that hiding them is not worth a button. */
const SPARED = 2;

/** What the outstanding balance is made of, the largest part first; a part leads to its loans. */
export function CompositionCard({ of, composition }: { of: CompositionName; composition: Composition }) {
  const formats = useFormats();
  const [all, setAll] = useState(false);
  const [mapped, setMapped] = useState(false);
  const { title, field } = COMPOSITION_WORDS[of];
  const { further, furtherBalance, concentration } = composition;
  // The ageing has an order of its own.
  const slices =
    of === "status"
      ? inOrder(
          field,
          composition.slices.map(({ key }) => key),
        ).flatMap((key) => composition.slices.filter((slice) => slice.key === key))
      : composition.slices;
  const folded = slices.length > SHOWN + SPARED;
  const shown = all || !folded ? slices : slices.slice(0, SHOWN);
  return (
    <Surface
      title={title}
      actions={
        <Group gap="xs">
          {slices.length > 1 && <ConcentrationFigure of={of} figure={concentration} />}
          {of === "state" && slices.length > 0 && (
            <Button
              variant={mapped ? "light" : "default"}
              size="compact-xs"
              className="no-print"
              aria-pressed={mapped}
              onClick={() => setMapped((before) => !before)}
            >
              Map
            </Button>
          )}
        </Group>
      }
    >
      {mapped ? (
        <StateMap composition={composition} />
      ) : (
        <>
          <ul className={classes.parts} aria-label={title}>
            {shown.map((slice) => (
              <Part key={slice.key} of={of} slice={slice} />
            ))}
          </ul>
          {(all || !folded) && further > 0 && (
            <Text size="sm" c="dimmed" px={4} pt={4}>
              {`${count(further, formats)} further, `}
              <Amount value={furtherBalance} />
            </Text>
          )}
          {folded && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              mt={4}
              className="no-print"
              aria-expanded={all}
              onClick={() => setAll((before) => !before)}
            >
              {all ? `Show ${SHOWN}` : `Show all ${count(slices.length + further, formats)}`}
            </Button>
          )}
        </>
      )}
      {slices.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is outstanding.
        </Text>
      )}
    </Surface>
  );
}

function Part({ of, slice }: { of: CompositionName; slice: Schemas["Slice"] }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const label = partWords(of, slice);
  return (
    <li>
      <button
        type="button"
        className={classes.part}
        title={label}
        onClick={() => drillDown({ title: label, ...loansOf(of, slice.key) })}
      >
        <bdi className={classes.name}>{label}</bdi>
        <span className={classes.balance}>
          <Amount value={slice.balance} short />
        </span>
        <span className={classes.bar} aria-hidden>
          {/* The track is the whole: only how long a bar is drawn. */}
          <span style={{ width: `${Number(slice.share ?? 0) * 100}%` }} />
        </span>
        <span className={classes.share}>
          {percent(slice.share, formats)} · {loansWords(slice.loans, formats)}
        </span>
      </button>
    </li>
  );
}
