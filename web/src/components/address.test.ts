// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";

import { changeSearch, writeSearch } from "./address";

const address = () => window.location.pathname + window.location.search + window.location.hash;

beforeEach(() => window.history.replaceState(null, "", `/anywhere/${Math.random()}/`));

it("changes what it is asked to, and takes out what is null or empty", () => {
  window.history.replaceState(null, "", "/loans/?q=harbor&order=rate&figure=ltv#totals");
  writeSearch({ q: null, figure: "", status: "current" });
  expect(address()).toBe("/loans/?order=rate&status=current#totals");
  writeSearch({ order: null, status: null });
  expect(address()).toBe("/loans/#totals");
});

it("begins each of quick changes from the one before, also where Next has written an earlier one back", () => {
  window.history.replaceState(null, "", "/dashboard/");
  const add = (value: string) =>
    changeSearch((search) => {
      search.append("type", value);
      return search.toString();
    });
  add("office");
  add("retail");
  window.history.replaceState(null, "", "/dashboard/?type=office");
  add("land");
  expect(address()).toBe("/dashboard/?type=office&type=retail&type=land");
});

it("begins from where somebody has gone meanwhile", () => {
  window.history.replaceState(null, "", "/loans/?q=harbor");
  writeSearch({ status: "current" });
  window.history.pushState(null, "", "/loans/?q=pier");
  writeSearch({ order: "rate" });
  expect(address()).toBe("/loans/?q=pier&order=rate");
});
