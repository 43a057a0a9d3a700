import { Api, expect, signIn, test } from "./fixtures";

interface Preferences {
  chosen: { channels: Record<string, string[]>; digest: string | null; digestHour: number | null };
  digestWeekday: number;
  quietHours: { since: string; until: string } | null;
  timeZone: string;
  topics: { topic: string; channels: string[] }[];
}

test("a person chooses what comes, where and when", async ({ page, organization, elsewhere }) => {
  const viewer = await organization.join("viewer");
  await signIn(page, viewer);
  await page.goto("/dashboard/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Notifications" })).toBeVisible();
  await expect(page.getByText("Everybody", { exact: true })).toHaveCount(0);

  const topics = page.getByRole("table", { name: "Topics" });
  await expect(topics.getByRole("checkbox", { name: "New device: email" })).toBeDisabled();
  await expect(topics.getByRole("row", { name: /New device/ })).toContainText("Always on");
  await topics.getByRole("checkbox", { name: "Mentions: email" }).focus();
  await page.keyboard.press("Space");
  await topics.getByRole("checkbox", { name: "Figures: email" }).check();
  await topics.getByRole("button", { name: "Reset Figures" }).click();
  await expect(topics.getByRole("checkbox", { name: "Figures: email" })).not.toBeChecked();

  await page.getByRole("combobox", { name: "Email comes" }).click();
  await page.getByRole("option", { name: "Once a week" }).click();
  await page.getByRole("combobox", { name: "At", exact: true }).click();
  await page.getByRole("option", { name: "6:00 AM" }).click();
  await page.getByRole("combobox", { name: "On", exact: true }).click();
  await page.getByRole("option", { name: "Friday" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("chicago");
  await page.getByRole("option", { name: "America/Chicago" }).click();
  await page.getByRole("switch", { name: "Quiet hours of my own" }).press("Space");
  await page.getByRole("textbox", { name: "Until" }).fill("06:30");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your choice is saved.")).toBeVisible();

  const api = await Api.signIn(elsewhere, viewer);
  const stored = await api.get<Preferences>("/api/v1/preferences");
  expect(stored.chosen).toMatchObject({
    channels: { mentioned: ["inbox"] },
    digest: "weekly",
    digestHour: 6,
  });
  expect(stored.chosen.channels).not.toHaveProperty("figure_moved");
  expect([stored.digestWeekday, stored.timeZone]).toEqual([4, "America/Chicago"]);
  expect(stored.quietHours).toEqual({ since: "22:00:00", until: "06:30:00" });

  await page.reload();
  await expect(topics.getByRole("checkbox", { name: "Mentions: email" })).not.toBeChecked();
  await expect(page.getByRole("combobox", { name: "On", exact: true })).toHaveValue("Friday");
  await page.getByRole("textbox", { name: "Until" }).fill("22:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("textbox", { name: "Until" })).toHaveAttribute("aria-invalid", "true");
});

test("an administrator chooses for everybody who has chosen nothing else", async ({ page, organization }) => {
  const viewer = await organization.join("viewer");
  await signIn(page, organization.administrator);
  await page.goto("/settings/notifications/");
  await page.getByRole("radiogroup", { name: "For whom" }).getByText("Everybody").click();
  await expect(page).toHaveURL(/for=organization/);
  const topics = page.getByRole("table", { name: "Topics" });
  await topics.getByRole("checkbox", { name: "Mentions: email" }).uncheck();
  await page.getByRole("combobox", { name: "Email comes" }).click();
  await page.getByRole("option", { name: "Once a day" }).click();
  // Somebody else saves meanwhile.
  await organization.api.put("/api/v1/preferences/organization", 0, { digest: "weekly" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expect(page.getByText("Your choice is saved.")).toBeVisible();

  await signIn(page, viewer);
  await page.goto("/settings/notifications/");
  await expect(topics.getByRole("row", { name: /^Mentions/ })).toContainText("As for everybody");
  await expect(topics.getByRole("checkbox", { name: "Mentions: email" })).not.toBeChecked();
  await expect(page.getByPlaceholder("As for everybody: once a day")).toBeVisible();
});
