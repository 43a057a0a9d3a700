import { inflateSync } from "node:zlib";

/** Where a page has text: in points from the left and the top, the beginning of each run. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly text: readonly { readonly x: number; readonly y: number }[];
}

type Matrix = readonly [number, number, number, number, number, number];

const SAME: Matrix = [1, 0, 0, 1, 0, 0];
/** Strings, arrays' brackets, names, numbers and operators of a page's content. */
const TOKENS = /<<|>>|<[0-9A-Fa-f\s]*>|\((?:\\[^]|[^\\)])*\)|[[\]]|\/[^\s/<>[\]()]*|[^\s/<>[\]()]+/g;

/** First `inner`, then `outer`. */
const times = ([a, b, c, d, e, f]: Matrix, [p, q, r, s, t, u]: Matrix): Matrix => [
  a * p + b * r,
  a * q + b * s,
  c * p + d * r,
  c * q + d * s,
  e * p + f * r + t,
  e * q + f * s + u,
];

/** The sheets of a PDF as Chromium prints it: each page has one compressed content, and text is placed by matrices. */
export function sheetsOf(pdf: Buffer): Sheet[] {
  const file = pdf.toString("latin1");
  const objects = new Map(
    [...file.matchAll(/(?<=[\r\n])(\d+) 0 obj\b([^]*?)\bendobj/g)].map(([, number = "", body = ""]) => [
      number,
      body,
    ]),
  );
  const contentOf = (number: string): string => {
    const [head = "", stream = ""] = (objects.get(number) ?? "").split(/\bstream\r?\n/, 2);
    const bytes = Buffer.from(stream, "latin1");
    return head.includes("/FlateDecode") ? inflateSync(bytes).toString("latin1") : stream;
  };
  return [...objects.values()]
    .filter((body) => /\/Type\s*\/Page\b/.test(body))
    .map((body) => {
      const [, width = "0", height = "0"] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(body) ?? [];
      const [, contents = ""] = /\/Contents\s+(\d+) 0 R/.exec(body) ?? [];
      const text = placesOf(contentOf(contents)).map(({ x, y }) => ({ x, y: Number(height) - y }));
      return { width: Number(width), height: Number(height), text };
    });
}

/** Where text begins in a content, in the coordinates of the page, whose origin is at the bottom. */
function placesOf(content: string): { x: number; y: number }[] {
  const places: { x: number; y: number }[] = [];
  const kept: Matrix[] = [];
  let [space, line] = [SAME, SAME];
  let numbers: number[] = [];
  for (const [token] of content.matchAll(TOKENS)) {
    const number = Number(token);
    if (!Number.isNaN(number)) {
      numbers.push(number);
      continue;
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    if (token === "q") kept.push(space);
    else if (token === "Q") space = kept.pop() ?? SAME;
    else if (token === "cm") space = times([a, b, c, d, e, f], space);
    else if (token === "BT") line = SAME;
    else if (token === "Tm") line = [a, b, c, d, e, f];
    else if (token === "Td") line = times([1, 0, 0, 1, a, b], line);
    else if (token === "Tj" || token === "TJ") {
      const [, , , , x, y] = times(line, space);
      places.push({ x, y });
    } else if (/^[[(<]/.test(token)) continue; // what is shown is yet to be placed
    numbers = [];
  }
  return places;
}

/** Between the margins of the style sheet, in points: page numbers stand below. */
const TOP = (14 / 25.4) * 72;
const BOTTOM = (16 / 25.4) * 72;

/** How far down the left and the right half of a sheet have text, as parts of the room between its margins. */
export function filled({ width, height, text }: Sheet): { left: number; right: number } {
  const room = height - TOP - BOTTOM;
  const depth = (within: (x: number) => boolean) =>
    Math.max(
      0,
      ...text
        .filter(({ x, y }) => within(x) && y < height - BOTTOM)
        .map(({ y }) => Math.min(1, (y - TOP) / room)),
    );
  return { left: depth((x) => x < width / 2), right: depth((x) => x >= width / 2) };
}

/** Whether a sheet has a number in its bottom margin. */
export const isNumbered = ({ height, text }: Sheet): boolean => text.some(({ y }) => y > height - BOTTOM);
