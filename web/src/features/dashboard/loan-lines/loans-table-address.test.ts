import { describe, expect, it } from "vitest";

import { exportPath } from "./api/loan-lines";
import { listedFromSearch, loansAddress, STANDARD_ORDER } from "./loans-table-address";

const read = (search: string) => listedFromSearch(new URLSearchParams(search));

describe("listedFromSearch", () => {
  it("reads filters, words, a figure and an order", () => {
    expect(read("state=CA&state=NY&q=+harbor+&figure=dscr&leftOut=true&order=-rate")).toEqual({
      listed: { state: ["CA", "NY"], q: "harbor", figure: "dscr", leftOut: true },
      order: "-rate",
    });
  });

  it("leaves out what the server would refuse", () => {
    expect(read("figure=toString&leftOut=true&order=age&q=%20")).toEqual({
      listed: {},
      order: STANDARD_ORDER,
    });
    expect(read(`q=${"x".repeat(300)}`).listed.q).toHaveLength(200);
  });
});

describe("loansAddress", () => {
  it("is read as what it was made of", () => {
    const listed = {
      q: "東京 #1 & co",
      status: ["default" as const],
      figure: "ltv" as const,
      leftOut: true as const,
    };
    const address = loansAddress(listed);
    expect(address.startsWith("/loans/?")).toBe(true);
    expect(read(address.slice("/loans/?".length)).listed).toEqual(listed);
    expect(loansAddress({})).toBe("/loans/");
  });
});

describe("exportPath", () => {
  it("asks for exactly what is listed, in its order", () => {
    expect(exportPath({ q: "a b", state: ["CA", "NY"], figure: "dscr", leftOut: true }, "-rate")).toBe(
      "/api/v1/dashboard/loans/export?order=-rate&q=a+b&state=CA&state=NY&figure=dscr&leftOut=true",
    );
  });
});
