import type { Locator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";

import { type Api, expect, type Organization, signIn, test } from "./fixtures";

interface Figure {
  value: string | null;
  formula: string;
  numerator: { name: string; value: string } | null;
  denominator: { name: string; value: string } | null;
  loans: number;
  leftOut: { count: number; balance: string; reasons: { reason: string }[]; loans: { number: string }[] };
  loan: { number: string; name: string } | null;
}

interface Slice {
  key: string;
  name: string | null;
  balance: string;
  share: string | null;
  loans: number;
}

interface Bucket {
  key: string;
  balance: string;
  share: string;
  loans: number;
  fixed: string;
  floating: string;
  weightedRate: string;
}

interface Line {
  number: string;
  name: string;
  balance: string;
  rate: string;
}

interface Dashboard {
  figures: Record<string, Figure>;
  compositions: Record<string, { slices: Slice[]; concentration: Figure }>;
  maturities: Record<"month" | "quarter" | "year", Bucket[]>;
  top: Line[];
  upcoming: Line[];
}

interface FigureHistory {
  series: { figure: string; points: { month: string; value: string; loans: number; leftOut: number }[] }[];
  evidence: { month: string; reported: number; scheduled: number; carried: number }[];
}

// What is on the screen is compared with the server's text, formatted here in another way than there.
const written = (options: Intl.NumberFormatOptions) => (value: string | null) =>
  value === null ? "–" : new Intl.NumberFormat("en-US", options).format(value as `${number}`);
const money = written({ style: "currency", currency: "USD" });
const short = (digits: number) =>
  written({
    style: "currency",
    currency: "USD",
    notation: "compact",
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
  });
const percent = (digits: number) =>
  written({ style: "percent", minimumFractionDigits: 2, maximumFractionDigits: digits });
const fixed = (digits: number) => written({ minimumFractionDigits: digits, maximumFractionDigits: digits });
const plain = written({});

const FIGURES: Record<string, [label: string, text: (value: string | null) => string]> = {
  outstanding: ["Outstanding", short(2)],
  original: ["Original balance", short(2)],
  loanCount: ["Loans", plain],
  propertyCount: ["Properties", plain],
  weightedRate: ["Weighted rate", percent(3)],
  dscr: ["DSCR (NOI)", (value) => `${fixed(2)(value)}x`],
  dscrNcf: ["DSCR (NCF)", (value) => `${fixed(2)(value)}x`],
  occupancy: ["Occupancy", percent(2)],
  ltv: ["Loan to value", percent(2)],
  debtYield: ["Debt yield (NOI)", percent(2)],
  debtYieldNcf: ["Debt yield (NCF)", percent(2)],
  weightedRemainingYears: ["Weighted remaining term", (value) => `${fixed(2)(value)} years`],
  weightedRemainingMonths: ["In months", (value) => `${fixed(1)(value)} months`],
  maturingWithinYear: ["Maturing within a year", percent(2)],
  pastMaturity: ["Past maturity", short(2)],
  largestLoan: ["Largest loan", short(2)],
};

const COMPOSITIONS: Record<string, string> = {
  lender: "By lender",
  propertyType: "By type",
  state: "By state",
  fund: "By fund",
  portfolio: "By portfolio",
  status: "By status",
  rateType: "By rate type",
  amortizationType: "By amortization",
  structure: "By structure",
};

const LOAN = {
  name: "Larkspur Apartments",
  originalBalance: "7200000.00",
  currentBalance: "7127809.78",
  balanceAsOf: "2026-11-01",
  originationDate: "2025-12-12",
  maturityDate: "2031-01-01",
  rate: "0.0575",
  terms: { firstPaymentDate: "2026-02-01", amortizationMonths: 360 },
};

const figures = (page: Page): Locator => page.getByRole("region", { name: "Key figures" });
const figure = (page: Page, label: string): Locator =>
  figures(page).getByRole("button", { name: new RegExp(`^${label.replace(/[()]/g, "\\$&")}`) });
const dashboard = (api: Api, search = ""): Promise<Dashboard> => api.get(`/api/v1/dashboard${search}`);

/** An organization with the demonstration portfolio, open on the dashboard. */
async function opened(page: Page, { api, administrator }: Organization, search = ""): Promise<Dashboard> {
  await api.post("/api/v1/demonstration");
  await signIn(page, administrator);
  await page.goto(`/dashboard/${search}`);
  await expect(figures(page)).toBeVisible();
  return dashboard(api, search);
}

/** What a drawer of loans says they come to. */
const total = (page: Page, name: string): Locator =>
  page
    .getByRole("dialog")
    .getByRole("definition")
    .filter({ has: page.locator(`xpath=../dt[.="${name}"]`) });

test.describe("every number on the dashboard is the server's", () => {
  test("headline figures, with formula, sums and what is left out", async ({ page, organization }) => {
    const server = await opened(page, organization);
    for (const [name, [label, text]] of Object.entries(FIGURES)) {
      const { value, formula, numerator, denominator, loans, leftOut, loan } = server.figures[name] as Figure;
      await test.step(name, async () => {
        await expect(figure(page, label)).toContainText(text(value));
        await figure(page, label).click();
        const details = page.getByRole("dialog", { name: label });
        await expect(details).toContainText(formula);
        if (numerator) await expect(details).toContainText(numerator.name);
        if (denominator) await expect(details).toContainText(denominator.name);
        await expect(details).toContainText(`${loans} loan${loans === 1 ? "" : "s"}`);
        if (name === "dscr") {
          await expect(details).toContainText(money(numerator?.value ?? null));
          await expect(details).toContainText(money(denominator?.value ?? null));
        }
        if (loan)
          await expect(details.getByRole("link", { name: `${loan.number} ${loan.name}` })).toBeVisible();
        if (leftOut.count > 0) {
          await expect(details).toContainText(`Left out: ${leftOut.count} loans, ${money(leftOut.balance)}`);
          for (const { reason } of leftOut.reasons) await expect(details).toContainText(reason);
          for (const { number } of leftOut.loans) await expect(details).toContainText(number);
        }
        await page.keyboard.press("Escape");
        await expect(details).toBeHidden();
      });
    }
  });

  test("compositions, their concentration, the largest and the next to mature", async ({
    page,
    organization,
  }) => {
    const server = await opened(page, organization);
    for (const [name, title] of Object.entries(COMPOSITIONS)) {
      await test.step(title, async () => {
        const { slices, concentration } = server.compositions[name] as Dashboard["compositions"][string];
        const card = page.getByRole("region", { name: title });
        await expect(card).toContainText(`HHI${fixed(4)(concentration.value)}`);
        const all = card.getByRole("button", { name: "Show all" });
        if (slices.length > 10) await all.click();
        const parts = card.getByRole("listitem");
        await expect(parts).toHaveCount(slices.length);
        for (const { balance, share, loans } of slices) {
          const words = `${percent(2)(share)} · ${loans} loan${loans === 1 ? "" : "s"}`;
          await expect(
            parts
              .filter({ hasText: short(1)(balance) })
              .filter({ hasText: words })
              .first(),
          ).toBeVisible();
        }
      });
    }
    for (const [title, lines] of [
      ["Ten largest", server.top],
      ["Next to mature", server.upcoming],
    ] as const) {
      const rows = page.getByRole("table", { name: title }).getByRole("row");
      await expect(rows).toHaveCount(lines.length + 1);
      for (const [index, { number, name, balance, rate }] of lines.entries()) {
        for (const text of [number, name, money(balance), percent(3)(rate)]) {
          await expect(rows.nth(index + 1)).toContainText(text);
        }
      }
    }
  });

  test("the maturity wall at each width, and the history of two figures", async ({ page, organization }) => {
    const server = await opened(page, organization);
    await page.getByRole("button", { name: "Maturities as a table" }).click();
    for (const span of ["year", "quarter", "month"] as const) {
      // The radio itself is drawn by its label.
      await page
        .getByRole("region", { name: "Maturities" })
        .getByText(new RegExp(`^${span}$`, "i"))
        .click();
      const rows = page.getByRole("table", { name: "Maturities" }).getByRole("row");
      await expect(rows).toHaveCount(server.maturities[span].length + 1);
      for (const [index, bucket] of server.maturities[span].entries()) {
        await expect(rows.nth(index + 1).getByRole("cell")).toHaveText([
          money(bucket.balance),
          percent(2)(bucket.share),
          String(bucket.loans),
          money(bucket.fixed),
          money(bucket.floating),
          "$0.00",
          percent(3)(bucket.weightedRate),
        ]);
      }
    }

    await page.getByRole("combobox", { name: "Figure", exact: true }).selectOption("DSCR (NOI)");
    await page.getByRole("combobox", { name: "Second figure" }).selectOption("Outstanding");
    await page.getByRole("textbox", { name: "From month" }).fill("2026-01");
    await page.getByRole("textbox", { name: "To month" }).fill("2026-06");
    await expect(page).toHaveURL(/history=dscr%2Coutstanding&monthFrom=2026-01&monthTo=2026-06/);
    await page.getByRole("button", { name: "History as a table" }).click();
    const { series, evidence } = await organization.api.get<FigureHistory>(
      "/api/v1/dashboard/history?figure=dscr&figure=outstanding&monthFrom=2026-01&monthTo=2026-06",
    );
    const rows = page.getByRole("table", { name: "History" }).getByRole("row");
    await expect(rows).toHaveCount(evidence.length + 1);
    for (const [index, month] of [...evidence].reverse().entries()) {
      const points = series.map(({ points }) => points.find((point) => point.month === month.month));
      await expect(rows.nth(index + 1).getByRole("cell")).toHaveText([
        `${fixed(2)(points[0]?.value ?? null)}x`,
        money(points[1]?.value ?? null),
        points.map((point) => point?.loans).join(" / "),
        points.map((point) => point?.leftOut).join(" / "),
        String(month.reported),
        String(month.scheduled),
        String(month.carried),
      ]);
    }
  });
});

test.describe("the loans behind what is pressed", () => {
  test("come to the figure, the slice and the bar", async ({ page, organization }) => {
    const server = await opened(page, organization);

    const [lender] = server.compositions["lender"]?.slices ?? [];
    await page
      .getByRole("list", { name: "By lender" })
      .getByRole("button", { name: lender?.name ?? "" })
      .click();
    await expect(total(page, "Loans")).toHaveText(String(lender?.loans));
    await expect(total(page, "Outstanding")).toHaveText(money(lender?.balance ?? null));
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();

    // A loan on properties of two states counts in each with what is allocated there.
    const [state] = server.compositions["state"]?.slices ?? [];
    await page
      .getByRole("list", { name: "By state" })
      .getByRole("button", { name: state?.key ?? "" })
      .click();
    await expect(total(page, "Matched")).toHaveText(money(state?.balance ?? null));
    await page.keyboard.press("Escape");

    const bars = page.getByRole("group", { name: "Maturities, bar by bar" }).getByRole("button");
    await expect(bars).toHaveCount(server.maturities.quarter.length);
    await bars.first().focus();
    await page.keyboard.press("ArrowRight");
    await expect(bars.nth(1)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(total(page, "Outstanding")).toHaveText(money(server.maturities.quarter[1]?.balance ?? null));
    await page.keyboard.press("Escape");
    await expect(bars.nth(1)).toBeFocused();
  });

  test("are reached by keyboard from a figure, also those it leaves out", async ({ page, organization }) => {
    const server = await opened(page, organization);
    const leftOut = server.figures["ltv"]?.leftOut;
    await figure(page, "Loan to value").focus();
    const details = page.getByRole("dialog", { name: "Loan to value" });
    await expect(details).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(details.getByRole("link").first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(details).toBeHidden();
    await expect(figure(page, "Loan to value")).toBeFocused();

    await page.keyboard.press("Enter");
    await details.getByRole("button", { name: `Show the ${leftOut?.count} left out` }).press("Enter");
    await expect(total(page, "Loans")).toHaveText(String(leftOut?.count));
    await expect(total(page, "Outstanding")).toHaveText(money(leftOut?.balance ?? null));
    await page.getByRole("link", { name: "Open in loans" }).click();
    await expect(page).toHaveURL(/\/loans\/\?figure=ltv&leftOut=true/);
    for (const { number } of leftOut?.loans ?? []) await expect(page.getByText(number).first()).toBeVisible();
  });
});

test.describe("filters", () => {
  test("live in the address bar, survive a reload, and can be removed", async ({ page, organization }) => {
    await opened(page, organization);
    const filters = page.getByRole("group", { name: "Filters" });
    await filters.getByRole("button", { name: "Type", exact: true }).click();
    await page.getByRole("checkbox", { name: "Office" }).click();
    await page.getByRole("checkbox", { name: "Retail" }).click();
    await page.keyboard.press("Escape");
    await filters.getByRole("button", { name: "Rate type", exact: true }).click();
    await page.getByRole("checkbox", { name: "Fixed" }).click();
    await page.keyboard.press("Escape");
    const search = "?propertyType=office&propertyType=retail&rateType=fixed";
    await expect(page).toHaveURL(`/dashboard/${search}`);
    const { value } = (await dashboard(organization.api, search)).figures["outstanding"] as Figure;
    await expect(figure(page, "Outstanding")).toContainText(money(value));

    await page.reload();
    await expect(figure(page, "Outstanding")).toContainText(money(value));
    await filters.getByRole("button", { name: "Remove the filter type: Office, Retail" }).click();
    await expect(page).toHaveURL("/dashboard/?rateType=fixed");
    await filters.getByRole("button", { name: "Clear all" }).click();
    await expect(page).toHaveURL("/dashboard/");
    const all = (await dashboard(organization.api)).figures["outstanding"] as Figure;
    await expect(figure(page, "Outstanding")).toContainText(money(all.value));
  });

  test("by maturity take dates as people write them; no match says so", async ({ page, organization }) => {
    await opened(page, organization);
    await page.getByRole("button", { name: "Maturity", exact: true }).click();
    await page.getByRole("textbox", { name: "Matures from" }).fill("1/1/2199");
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL("/dashboard/?maturityFrom=2199-01-01");
    await expect(page.getByRole("heading", { name: "No loan matches these filters" })).toBeVisible();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await expect(figures(page)).toBeVisible();
  });

  test("are kept as views: saved, changed, overwritten, shared, deleted and brought back", async ({
    page,
    organization,
  }) => {
    await opened(page, organization, "?state=TX");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save as a new view…" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Texas");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.getByRole("button", { name: "Texas" })).toBeVisible();

    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "Texas (changed)" }).click();
    await page.getByRole("menuitem", { name: "Texas" }).click();
    await expect(page).toHaveURL(/\?state=TX&view=/);

    await page.getByRole("button", { name: "Remove the filter state: TX" }).click();
    await page.getByRole("button", { name: "Texas (changed)" }).click();
    await page.getByRole("menuitem", { name: "Overwrite with these filters" }).click();
    await expect(page.getByRole("button", { name: "Texas", exact: true })).toBeVisible();

    await page.getByRole("button", { name: "Texas", exact: true }).click();
    await page.getByRole("menuitem", { name: "Share with the organization" }).click();
    await page.getByRole("button", { name: "Texas", exact: true }).click();
    await expect(page.getByRole("menuitem", { name: "Stop sharing it" })).toBeVisible();

    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expect(page.getByRole("button", { name: "Views" })).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("button", { name: "Texas", exact: true })).toBeVisible();
  });
});

test("what another client writes is on the screen without a reload", async ({ page, organization }) => {
  await opened(page, organization);
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible();
  await organization.api.post("/api/v1/loans", {
    ...LOAN,
    number: `N-${randomUUID().slice(0, 8)}`,
  });
  const { figures: after } = await dashboard(organization.api);
  await expect(figure(page, "Outstanding")).toContainText(money(after["outstanding"]?.value ?? null));
  await expect(figure(page, "Loans")).toContainText("61");
});

test("a server that cannot be followed or asked is told of, and nothing that is known goes away", async ({
  page,
  organization,
}) => {
  await page.route("**/api/v1/dashboard/events*", (route) => route.abort());
  const server = await opened(page, organization);
  const liveness = page.getByRole("status");
  await expect(liveness.filter({ hasText: "Not live: figures of" })).toBeVisible();
  await expect(figure(page, "Outstanding")).toContainText(
    money(server.figures["outstanding"]?.value ?? null),
  );
  await page.unroute("**/api/v1/dashboard/events*");
  await expect(liveness.filter({ hasText: /^Live/ })).toBeVisible();

  await page.route("**/api/v1/dashboard?*", (route) => route.abort());
  await page.getByRole("button", { name: "Structure", exact: true }).click();
  await page.getByRole("checkbox", { name: "Pari passu" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText("The server cannot be reached")).toBeVisible();
  await page.unroute("**/api/v1/dashboard?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(figure(page, "Loans")).toContainText("3");
});

test.describe("an organization without a loan", () => {
  test("loads the demonstration and removes it again", async ({ page, organization }) => {
    await signIn(page, organization.administrator);
    await page.goto("/dashboard/");
    await expect(page.getByRole("link", { name: "Choose a file" })).toHaveAttribute("href", "/import/new/");
    await expect(page.getByRole("link", { name: "Enter its terms" })).toHaveAttribute("href", "/loan/new/");
    await page.getByRole("button", { name: "Load the demonstration" }).click();
    await expect(page.getByText("The demonstration is among these figures: 60 loans")).toBeVisible();
    await expect(figure(page, "Loans")).toContainText("60");

    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await expect(page.getByRole("button", { name: "Load the demonstration" })).toBeVisible();
  });

  test("offers a viewer nothing that would be refused", async ({ page, organization }) => {
    await signIn(page, await organization.join("viewer"));
    await page.goto("/dashboard/");
    await expect(page.getByRole("heading", { name: "There are no loans yet" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Load the demonstration" })).toBeHidden();
    await organization.api.post("/api/v1/demonstration");
    await expect(figures(page)).toBeVisible();
    await expect(page.getByText("The demonstration is among these figures")).toBeVisible();
    await expect(page.getByRole("button", { name: "Remove it" })).toBeHidden();
  });
});
