import { expect, test } from "vitest";

import { searchOfView, viewQuery } from "./views";

const query = (page: "dashboard" | "loans", search: string) => viewQuery(page, new URLSearchParams(search));

test("a view of the dashboard holds its filters, whatever else the address says", () => {
  expect(query("dashboard", "state=TX&by=year&history=dscr&order=-rate&view=1&state=CA")).toBe(
    "state=CA&state=TX",
  );
});

test("a view of the loans also holds what is searched for, the figure and the order", () => {
  expect(query("loans", "view=1&order=-rate&figure=dscr&leftOut=true&q=harbor&rateType=fixed")).toBe(
    "rateType=fixed&q=harbor&figure=dscr&leftOut=true&order=-rate",
  );
  expect(query("loans", "order=-balance")).toBe("");
});

test("an open view is named in the address", () => {
  expect(searchOfView({ id: "v1", query: "state=TX" })).toBe("state=TX&view=v1");
});
