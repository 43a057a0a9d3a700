import { count, type Formats, percent, ratio } from "@/format/format";

/**
 * A number that a slider sets. Positions are whole steps of the last of its `decimals`, so that no binary float is ever
 * made of it: 675 of 4 decimals is 0.0675 on the wire.
 */
export interface Slider {
  /** Its name in the address and on the wire. */
  readonly name: string;
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** Where it stands at first; what stands there is not asked for, and the server’s own default holds. */
  readonly start: number;
  readonly decimals: number;
  readonly show: (value: string, formats: Formats) => string;
  /** At `start` in words, where that is no number. */
  readonly unset?: string;
}

export type Positions = Readonly<Record<string, number>>;

const signed = (text: string, position: number) => (position > 0 ? `+${text}` : text);

/** A shift of a rate in basis points: `0.0125` as `+125 bp`. */
export function basisPoints(value: string, formats: Formats): string {
  const points = Math.round(Number(value) * 10_000);
  return `${signed(count(points, formats), points)} bp`;
}

/** A relative change: `-0.1` as `-10%`. */
export const change = (value: string, formats: Formats): string =>
  signed(percent(value, formats, 0), Number(value));

const share = (value: string, formats: Formats) => percent(value, formats, 1);
const yearly = (value: string, formats: Formats) => percent(value, formats);

/** What a lender offers and asks for, wherever a loan is sized. */
export const NEW_LOAN: readonly Slider[] = [
  {
    name: "rate",
    label: "New loan’s rate",
    least: 200,
    most: 1200,
    step: 25,
    start: 675,
    decimals: 4,
    show: yearly,
  },
  {
    name: "minimumDscr",
    label: "Minimum DSCR",
    least: 100,
    most: 200,
    step: 5,
    start: 125,
    decimals: 2,
    show: ratio,
  },
  {
    name: "maximumLtv",
    label: "Maximum LTV",
    least: 40,
    most: 85,
    step: 1,
    start: 65,
    decimals: 2,
    show: share,
  },
  {
    name: "minimumDebtYield",
    label: "Minimum debt yield",
    least: 50,
    most: 150,
    step: 5,
    start: 90,
    decimals: 3,
    show: share,
  },
];

/** What happens to rates, income and cap rates at once. */
export const SHOCK: readonly Slider[] = [
  {
    name: "rateShift",
    label: "Rates",
    least: -200,
    most: 400,
    step: 25,
    start: 0,
    decimals: 4,
    show: basisPoints,
  },
  { name: "incomeChange", label: "NOI", least: -50, most: 25, step: 1, start: 0, decimals: 2, show: change },
  {
    name: "capRateShift",
    label: "Cap rates",
    least: -100,
    most: 300,
    step: 25,
    start: 0,
    decimals: 4,
    show: basisPoints,
  },
];

/** What becomes of one loan’s property until the loan is due. */
export const CASE: readonly Slider[] = [
  {
    name: "noiGrowth",
    label: "NOI growth a year",
    least: -50,
    most: 80,
    step: 5,
    start: 0,
    decimals: 3,
    show: share,
  },
  {
    name: "capRate",
    label: "Cap rate",
    least: 375,
    most: 1200,
    step: 25,
    start: 375,
    decimals: 4,
    show: yearly,
    unset: "Latest valuation",
  },
];

/** A position as decimal text: 675 of 4 decimals is `0.0675`. */
export function onTheWire(position: number, { decimals }: Pick<Slider, "decimals">): string {
  const digits = String(Math.abs(position)).padStart(decimals + 1, "0");
  return `${position < 0 ? "-" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Where the sliders stand by an address; what it does not say, or no slider reaches, stands at its start. */
export function positionsIn(search: URLSearchParams, sliders: readonly Slider[]): Positions {
  return Object.fromEntries(
    sliders.map((slider) => {
      const text = search.get(slider.name) ?? "";
      const position = /^-?\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 10 ** slider.decimals) : NaN;
      const reached = position >= slider.least && position <= slider.most;
      return [slider.name, reached ? position : slider.start];
    }),
  );
}

/** What is asked for: each slider that does not stand at its start, as decimal text; null of the others. */
export function askedBy(positions: Positions, sliders: readonly Slider[]): Record<string, string | null> {
  return Object.fromEntries(
    sliders.map((slider) => {
      const position = positions[slider.name] ?? slider.start;
      return [slider.name, position === slider.start ? null : onTheWire(position, slider)];
    }),
  );
}

/** What is asked for, without what is not. */
export const stated = (asked: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );

/** What a slider says where it stands. */
export function sliderWords(slider: Slider, position: number, formats: Formats): string {
  if (slider.unset !== undefined && position === slider.start) return slider.unset;
  return slider.show(onTheWire(position, slider), formats);
}
