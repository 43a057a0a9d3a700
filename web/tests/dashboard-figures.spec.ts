import {
  COMPOSITIONS,
  type Dashboard,
  dashboard,
  type Figure,
  figure,
  type FigureHistory,
  FIGURES,
  figures,
  fixed,
  leftOutOf,
  LOAN,
  money,
  opened,
  percent,
  plain,
  short,
  total,
} from "./dashboard";
import { expect, test } from "./fixtures";

test.describe("every number on the dashboard is the server's", () => {
  test("headline figures, with formula, sums and what is left out", async ({ page, organization }) => {
    const server = await opened(page, organization);
    for (const [name, [label, text]] of Object.entries(FIGURES)) {
      const { value, formula, numerator, denominator, loans } = server.figures[name] as Figure;
      const leftOut = leftOutOf(server, server.figures[name]);
      const loan = server.loans[server.figures[name]?.loan ?? ""];
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
          await expect(details).toContainText(
            `Not included: ${leftOut.count} loans, ${money(leftOut.balance)}`,
          );
          for (const { reason } of leftOut.reasons) await expect(details).toContainText(reason);
          for (const number of leftOut.numbers) await expect(details).toContainText(number);
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
        if (slices.length > 1)
          await expect(card).toContainText(
            `HHI${plain(String(Math.round(Number(concentration.value) * 10_000)))}`,
          );
        const all = card.getByRole("button", { name: "Show all" });
        if (slices.length > 10) await all.click();
        const parts = card.getByRole("listitem");
        await expect(parts).toHaveCount(slices.length);
        for (const { balance, share, loans } of slices) {
          const words = `${percent(2)(share)} · ${loans} loan${loans === 1 ? "" : "s"}`;
          await expect(
            parts
              .filter({ hasText: short(balance) })
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

  test("what falls due by schedule, beside today's balances, kept in the address", async ({
    page,
    organization,
  }) => {
    await opened(page, organization);
    // Of a floating rate that amortizes no schedule is known; the other one is expected to be repaid in 2030.
    const floating = {
      rateType: "floating",
      terms: { ...LOAN.terms, floating: { index: "SOFR", spread: "0.03" } },
    };
    await organization.api.post("/api/v1/loans", { ...LOAN, ...floating, number: "F-1" });
    const anticipated = { maturityDate: "2050-01-01", anticipatedRepaymentDate: "2030-06-01", terms: {} };
    const repaid = await organization.api.post<{ id: string }>("/api/v1/loans", {
      ...LOAN,
      ...anticipated,
      number: "A-1",
      name: "Anticipated",
      currentBalance: "7200000.00",
    });
    await page.reload();
    await expect(figures(page)).toBeVisible();
    const server = await dashboard(organization.api);
    expect(server.maturities.withoutSchedule).toBe(LOAN.currentBalance);
    const wall = page.getByRole("region", { name: "Maturities" });
    const amounts = wall.getByRole("radiogroup", { name: "Amounts" });
    await expect(wall).toContainText("Today’s balance by maturity date");
    await amounts.getByRole("radio", { name: "Balances today" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect(amounts.getByRole("radio", { name: "Due by schedule" })).toBeChecked();
    await expect(page).toHaveURL("/dashboard/?amounts=schedule");
    const said = `Not included: ${money(server.maturities.withoutSchedule)} of today’s balance without a schedule`;
    await expect(wall).toContainText(said);
    await expect(
      wall.getByRole("img", { name: /^Principal due by schedule beside today’s balance/ }),
    ).toBeVisible();
    const bars = page.getByRole("group", { name: "Maturities, bar by bar" }).getByRole("button");
    for (const [index, bucket] of server.maturities.year.entries()) {
      await expect(bars.nth(index)).toContainText(money(bucket.balance));
      await expect(bars.nth(index)).toContainText(`Due by schedule ${money(bucket.dueBySchedule)}`);
    }
    await page.reload();
    await expect(wall).toContainText(said);
    await wall.getByText("Balances today").click();
    await expect(page).toHaveURL("/dashboard/");
    await page.goto(`/loan/?id=${repaid.id}`);
    const summary = page.getByRole("complementary", { name: "Loan summary" });
    await expect(summary).toContainText(/Anticipated repaymentJun 1, 2030.*Final maturity Jan 1, 2050/);
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
          money(bucket.dueBySchedule),
          money(bucket.withoutSchedule),
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
        String(month.unknown),
      ]);
    }
  });
});

test("states are shown as a map, whose tiles say and lead to what the bars do", async ({
  page,
  organization,
}) => {
  const server = await opened(page, organization);
  const card = page.getByRole("region", { name: "By state" });
  await card.getByRole("button", { name: "Map" }).click();
  const map = card.getByRole("group", { name: "By state, as a map" });
  const slices = server.compositions.state?.slices ?? [];
  await expect(map.getByRole("button")).toHaveCount(slices.length);
  for (const { key, balance, share, loans } of slices) {
    const words = `${money(balance)}, ${percent(2)(share)}, ${loans} loan${loans === 1 ? "" : "s"}`;
    await expect(map.getByText(key, { exact: true })).toHaveAttribute(
      "aria-label",
      new RegExp(`: ${words.replace(/[$.]/g, "\\$&")}$`),
    );
  }
  const [first] = slices;
  await map.getByText(first?.key ?? "", { exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText(money(first?.balance ?? null));
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
    await expect(total(page, "Allocated balance")).toHaveText(money(state?.balance ?? null));
    await page.keyboard.press("Escape");

    const bars = page.getByRole("group", { name: "Maturities, bar by bar" }).getByRole("button");
    await expect(bars).toHaveCount(server.maturities.year.length);
    await bars.first().focus();
    await page.keyboard.press("ArrowRight");
    await expect(bars.nth(1)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(total(page, "Outstanding")).toHaveText(money(server.maturities.year[1]?.balance ?? null));
    await page.keyboard.press("Escape");
    await expect(bars.nth(1)).toBeFocused();
  });

  test("are reached by keyboard from a figure, also those it leaves out", async ({ page, organization }) => {
    const server = await opened(page, organization);
    const leftOut = leftOutOf(server, server.figures["ltv"]);
    await figure(page, "Loan to value").focus();
    const details = page.getByRole("dialog", { name: "Loan to value" });
    await expect(details).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(details.getByRole("button", { name: /^Show \d+ loans$/ })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(details).toBeHidden();
    await expect(figure(page, "Loan to value")).toBeFocused();

    await page.keyboard.press("Enter");
    await details.getByRole("button", { name: `Show ${leftOut.count} not included` }).press("Enter");
    await expect(total(page, "Loans")).toHaveText(String(leftOut.count));
    await expect(total(page, "Outstanding")).toHaveText(money(leftOut.balance));
    await page.getByRole("link", { name: "Open in loans" }).click();
    await expect(page).toHaveURL(/\/loans\/\?figure=ltv&leftOut=true/);
    for (const number of leftOut.numbers) await expect(page.getByText(number).first()).toBeVisible();
  });
});
