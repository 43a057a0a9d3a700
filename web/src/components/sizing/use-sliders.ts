"use client";

import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";

import { useSearch, writeSearch } from "../address";
import { askedBy, type Positions, positionsIn, type Slider, stated } from "./sliders";

/** So long a slider stands still before its position is asked for. */
const PAUSE = 120;

/**
 * Sliders whose positions are in the address. They move at once; `asked`, what the server is asked for, and the address
 * follow when they stand still.
 */
export function useSliders(sliders: readonly Slider[]): {
  positions: Positions;
  asked: Record<string, string>;
  move: (name: string, position: number) => void;
  reset: () => void;
  moved: boolean;
} {
  const search = useSearch();
  const [positions, setPositions] = useState(() => positionsIn(search, sliders));
  const [settled] = useDebouncedValue(positions, PAUSE);
  const asked = useMemo(() => askedBy(settled, sliders), [settled, sliders]);
  useEffect(() => {
    const before = new URLSearchParams(window.location.search);
    if (Object.entries(asked).some(([name, value]) => before.get(name) !== value)) writeSearch(asked);
  }, [asked]);
  return {
    positions,
    asked: useMemo(() => stated(asked), [asked]),
    move: (name, position) => setPositions((before) => ({ ...before, [name]: position })),
    reset: () => setPositions(positionsIn(new URLSearchParams(), sliders)),
    moved: sliders.some(({ name, start }) => positions[name] !== start),
  };
}
