"use client";

import { type KeyboardEvent, useRef, useState } from "react";

import classes from "./bar-keys.module.css";

export interface Bar {
  readonly key: string;
  /** What the bar shows, for who cannot see it. */
  readonly label: string;
}

/**
 * The bars of a chart for the keyboard: lies over the plot, whose bars share its width equally. One stop for Tab; arrow
 * keys, Home and End go from bar to bar, Enter picks one. The mouse goes through to the chart.
 */
export function BarKeys({
  bars,
  label,
  inset,
  onPick,
}: {
  bars: readonly (Bar | null)[];
  label: string;
  /** Where the plot lies in the chart: top, right, bottom, left, in pixels. */
  inset: readonly [number, number, number, number];
  onPick: (index: number) => void;
}) {
  const places = bars.flatMap((bar, index) => (bar === null ? [] : [index]));
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const stop = places[Math.min(current, places.length - 1)];
  const go = (event: KeyboardEvent) => {
    const to = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: places.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(to, places.length - 1));
    setCurrent(next);
    list.current?.querySelectorAll("button").item(next).focus();
  };
  return (
    <div
      ref={list}
      role="group"
      aria-label={label}
      className={classes.bars}
      style={{ inset: inset.map((pixels) => `${pixels}px`).join(" ") }}
      onKeyDown={go}
    >
      {bars.map((bar, index) =>
        bar === null ? (
          <span key={index} className={classes.bar} />
        ) : (
          <button
            key={bar.key}
            type="button"
            className={classes.bar}
            tabIndex={index === stop ? 0 : -1}
            onFocus={() => setCurrent(places.indexOf(index))}
            onClick={() => onPick(index)}
          >
            <span className={classes.label}>{bar.label}</span>
          </button>
        ),
      )}
    </div>
  );
}
