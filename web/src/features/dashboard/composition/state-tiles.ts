/**
 * Where each state's tile lies: rows and columns of a grid in which every state is as large as any other. The arrangement
 * is that of NPR's tile grid map (2015).
 */
const ROWS = [
  "AK .. .. .. .. .. .. .. .. .. ME",
  ".. .. .. .. .. .. .. .. .. VT NH",
  "WA ID MT ND MN IL WI MI NY RI MA",
  "OR NV WY SD IA IN OH PA NJ CT ..",
  "CA UT CO NE MO KY WV VA MD DE ..",
  ".. AZ NM KS AR TN NC SC DC .. ..",
  ".. .. .. OK LA MS AL GA .. .. ..",
  "HI .. .. TX .. .. .. .. FL .. ..",
];

export interface Tile {
  readonly state: string;
  readonly row: number;
  readonly column: number;
}

/** The fifty states and the District of Columbia. */
export const TILES: readonly Tile[] = ROWS.flatMap((line, row) =>
  line.split(" ").flatMap((state, column) => (state === ".." ? [] : [{ state, row, column }])),
);

/** How much of a state's tile is filled: none, little, some or much, in thirds of the largest share. */
export function shadeOf(share: number, largest: number): 0 | 1 | 2 | 3 {
  if (share <= 0 || largest <= 0) return 0;
  const part = share / largest;
  return part > 2 / 3 ? 3 : part > 1 / 3 ? 2 : 1;
}
