import { expect, joined, signIn, test } from "./fixtures";

test("an administrator reads what members would be sent, and that none leaves", async ({
  page,
  organization,
}) => {
  const { api } = organization;
  const { member } = await api.get<{ member: { id: string } }>("/api/v1/auth/me");
  const ben = await organization.join("member");
  const { items } = await api.get<{ items: { id: string }[] }>(`/api/v1/members?search=${ben.email}`);
  await joined(api);
  const hostile = "<script>document.title = 'hostile'</script><img src=x onerror=alert(1)> Look at this";
  await api.post("/api/v1/notes", {
    thingKind: "loan",
    thingId: member.id,
    text: hostile,
    mentions: [items[0]?.id],
  });

  // It is sent, or kept, a moment after the note.
  const kept = async () => (await api.get<{ items: { topic: string }[] }>("/api/v1/mails?state=kept")).items;
  await expect.poll(async () => (await kept()).map(({ topic }) => topic)).toContain("mentioned");

  await signIn(page, organization.administrator);
  await page.goto("/settings/mails/?state=kept");
  await expect(page.getByText("No email leaves this installation")).toBeVisible();
  await expect(page.getByText("Set REALINSIGHTS_MAIL_URL.")).toBeVisible();
  const mails = page.getByRole("grid", { name: "Email" });
  const mail = mails.getByRole("row", { name: /Anna Adler mentioned you/ });
  await expect(mail).toContainText(ben.email);
  await mail.click();

  await expect(page.getByRole("heading", { level: 1, name: /Anna Adler mentioned you/ })).toBeVisible();
  await expect(page.getByText("No email leaves this installation")).toBeVisible();
  const frame = page.getByTitle("The email as HTML");
  await expect(frame).toHaveAttribute("sandbox", "");
  const body = page.frameLocator('iframe[title="The email as HTML"]').locator("body");
  await expect(body).toContainText("Look at this");
  await expect(body).toContainText("<script>");
  await expect(body.locator("script, img")).toHaveCount(0);
  await expect(body).toContainText(`You get this as a member of ${organization.name}.`);
  await page.getByRole("radiogroup", { name: "Shown as" }).getByText("Text").click();
  await expect(page).toHaveURL(/as=text/);
  await expect(page.locator("pre")).toContainText("Look at this");
  await expect(page).not.toHaveTitle("hostile");
  await page.getByRole("link", { name: "All email" }).click();
  await expect(mails).toBeVisible();
});
