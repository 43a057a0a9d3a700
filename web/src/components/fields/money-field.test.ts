import { expect, it } from "vitest";

import { symbolOf } from "./money-field";

it.each([
  ["USD", "en-US", "$", true],
  ["EUR", "de-DE", "€", false],
  ["GBP", "en-GB", "£", true],
])("%s in %s: %s, before the amount: %s", (currency, locale, symbol, leads) => {
  expect(symbolOf(currency, locale)).toEqual({ symbol, leads });
});
