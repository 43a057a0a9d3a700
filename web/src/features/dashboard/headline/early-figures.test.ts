// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";

import { FIGURE_WORDS, figureText } from "../figures/figure-words";
import { showEarlyFigures } from "./early-figures";
import { HERO } from "./hero";

const VALUES: Readonly<Record<string, string | null>> = {
  outstanding: "949066382.67",
  weightedRate: "0.06318105",
  weightedRemainingYears: "6.25",
  ltv: "0.547695",
  dscr: "1.886381",
};

/** The function as the exported page has it: its text alone, run where nothing else is in reach. */
const run = new Function(`(${String(showEarlyFigures)})()`) as () => void;

const answer = (body: unknown, ok = true) => new Response(JSON.stringify(body), { status: ok ? 200 : 503 });

function early(figures: typeof VALUES, { slices = [{}], ok = true } = {}): void {
  const me = answer({ organization: { settings: { currency: "USD" } } });
  const dashboard = {
    figures: Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, { value }])),
    compositions: { status: { slices } },
  };
  window.realinsightsEarly = {
    refresh: undefined,
    reads: new Map([
      ["/api/v1/auth/me", Promise.resolve(me)],
      ["/api/v1/dashboard", Promise.resolve(answer(dashboard, ok))],
    ]),
  };
}

const settled = () => new Promise((done) => setTimeout(done));
const shown = () =>
  Object.fromEntries(
    [...document.querySelectorAll<HTMLElement>("[data-early]")].map((place) => [
      place.dataset.figure,
      place.textContent,
    ]),
  );

beforeEach(() => {
  delete window.realinsightsFigures;
  document.body.innerHTML = HERO.map(
    (name) => `<span data-early="${FIGURE_WORDS[name].kind}" data-figure="${name}"></span>`,
  ).join("");
});

afterEach(() => {
  delete window.realinsightsEarly;
});

test("figures are written as the page's own scripts write them", async () => {
  early(VALUES);
  run();
  await settled();
  const formats = { locale: navigator.language, currency: "USD" };
  const expected = Object.fromEntries(
    HERO.map((name) => [name, figureText(FIGURE_WORDS[name].kind, VALUES[name], formats, { short: true })]),
  );
  expect(shown()).toEqual(expected);
  expect(window.realinsightsFigures).toEqual(expected);
  expect(expected.outstanding).toBe("$949M");
});

test("what is not known keeps its place empty", async () => {
  early({ ...VALUES, ltv: null });
  run();
  await settled();
  expect(shown()).toMatchObject({ ltv: "", dscr: "1.89x" });
});

test("nothing is written where there are no loans, or no answer", async () => {
  for (const none of [{ slices: [] }, { ok: false }]) {
    early(VALUES, none);
    run();
    await settled();
    expect(Object.values(shown()).join("")).toBe("");
  }
  expect(window.realinsightsFigures).toBeUndefined();
});
