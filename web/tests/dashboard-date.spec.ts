import { dashboard, figure, LOAN, money, opened } from "./dashboard";
import { expect, test } from "./fixtures";

test("a date ahead rolls balances forward, which dashboard, list and loan say", async ({
  page,
  organization,
}) => {
  const today = await opened(page, organization);
  const anticipated = { maturityDate: "2050-01-01", anticipatedRepaymentDate: "2030-06-01" };
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", {
    ...LOAN,
    ...anticipated,
    number: "A-1",
    name: "Anticipated",
  });

  await page.getByRole("button", { name: "Date", exact: true }).click();
  await page.getByRole("textbox", { name: "Figures on" }).fill("12/31/2029");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL("/dashboard/?businessDate=2029-12-31");
  const ahead = await dashboard(organization.api, "?businessDate=2029-12-31");
  const rolled = ahead.rolled;
  if (rolled === null) throw new Error("Nothing is rolled forward.");
  const note = page.getByRole("note").filter({ hasText: "Balances rolled forward to Dec 31, 2029" });
  await expect(note).toContainText(`${money(rolled.balance)} on ${rolled.loans} loans by schedule`);
  await expect(note).toContainText(`from ${money(rolled.recorded)} as reported`);
  for (const { balance } of rolled.asRecorded) await expect(note).toContainText(money(balance));
  await expect(figure(page, "Outstanding")).toContainText(money(ahead.figures.outstanding?.value ?? ""));
  expect(ahead.figures.outstanding?.value).not.toBe(today.figures.outstanding?.value);

  await page.goto("/loans/?businessDate=2029-12-31&q=A-1");
  const row = page.getByRole("row").filter({ hasText: "Anticipated" });
  const line = (
    await organization.api.get<{ items: { balance: string }[] }>(
      `/api/v1/dashboard/loans?businessDate=2029-12-31&loanId=${id}`,
    )
  ).items[0];
  await expect(row).toContainText(`${money(line?.balance ?? "")}by schedule`);
  await expect(row).toContainText("Jun 1, 2030final Jan 1, 2050");

  // Without a date everything is as it was reported.
  await page.goto("/loans/?q=A-1");
  await expect(row).toContainText(money(LOAN.currentBalance));
  await expect(page.getByRole("note").filter({ hasText: "rolled forward" })).toHaveCount(0);
});
