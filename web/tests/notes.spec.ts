import { Api, expect, joined, LEAST_LOAN, signIn, test } from "./fixtures";

const LOAN = { number: "1001", name: "Harbor Point", ...LEAST_LOAN };

test("a note on a loan is told to who is mentioned, and the inbox leads to it", async ({
  page,
  organization,
}) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
  const ben = await organization.join("member");
  await joined(organization.api);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}`);
  await page.getByRole("tab", { name: "Notes" }).click();
  await expect(page.getByText("No notes yet")).toBeVisible();

  // By keyboard alone.
  await page.getByRole("button", { name: "Write a note" }).press("Enter");
  const form = page.getByRole("form", { name: "New note" });
  await expect(form.getByRole("textbox", { name: "Note", exact: true })).toBeFocused();
  await page.keyboard.type("Roof reserve is short.\nAsk the servicer.");
  const mention = form.getByRole("combobox", { name: "Mention" });
  await mention.focus();
  await page.keyboard.type("ben");
  await expect(page.getByRole("option")).toHaveText([/Ben member/]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await form.getByRole("combobox", { name: "Priority" }).click();
  await page.getByRole("option", { name: "High" }).click();
  await form.getByRole("button", { name: "Add note" }).press("Enter");

  const notes = page.getByRole("list", { name: "Notes", exact: true });
  await expect(notes.getByRole("listitem")).toContainText("Roof reserve is short.");
  await expect(notes.getByRole("listitem")).toContainText("High priority");
  await expect(notes.getByRole("listitem")).toContainText("Mentions Ben member");
  await organization.api.post("/api/v1/notes", { thingKind: "loan", thingId: id, text: "A later one" });

  await signIn(page, ben);
  await page.goto("/inbox/");
  await page.getByRole("link", { name: "Anna Adler mentioned you in a note on a loan" }).click();
  await expect(page.getByRole("tab", { name: "Notes", selected: true })).toBeVisible();
  await expect(page.getByText("Roof reserve is short.")).toBeVisible();
  await expect(page.getByText("A later one")).toHaveCount(0);
  await page.getByRole("button", { name: "All notes" }).click();
  await expect(page.getByText("A later one")).toBeVisible();
});

test("a note is changed, pinned, deleted and brought back", async ({ page, organization }) => {
  const { api } = organization;
  const { id } = await api.post<{ id: string }>("/api/v1/lenders", {
    name: "Harbor Bank",
    lenderType: "bank",
  });
  const on = { thingKind: "lender", thingId: id };
  await api.post("/api/v1/notes", { ...on, text: "Called the desk." });
  await api.post("/api/v1/notes", { ...on, text: "Term sheet came." });
  await signIn(page, organization.administrator);
  await page.goto(`/lender/?id=${id}&tab=notes`);
  const notes = page.getByRole("list", { name: "Notes", exact: true });
  const called = page.getByRole("listitem").filter({ hasText: "Called the desk" });
  await expect(notes.getByRole("listitem").first()).toContainText("Term sheet came.");

  await called.getByRole("button", { name: "Pin" }).click();
  const pinned = page.getByRole("list", { name: "Pinned notes" }).getByRole("listitem");
  await expect(pinned).toContainText("Called the desk.");

  await called.getByRole("button", { name: "Edit" }).click();
  const form = page.getByRole("form", { name: "Edit note" });
  await form.getByRole("textbox", { name: "Note", exact: true }).fill("Called the desk twice.");
  await form.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "Call", exact: true }).click();
  await form.getByRole("combobox", { name: "Tags" }).fill("pricing");
  await form.getByRole("combobox", { name: "Tags" }).press("Enter");
  await form.getByRole("button", { name: "Save note" }).click();
  await expect(pinned).toContainText("Called the desk twice.");
  await expect(pinned).toContainText("edited");
  await expect(pinned).toContainText("pricing");

  await called.getByRole("button", { name: "Unpin" }).click();
  await expect(notes.getByRole("listitem")).toHaveCount(2);
  await called.getByRole("button", { name: "Delete" }).click();
  await expect(called).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(called).toBeVisible();
});

test("what somebody else saved meanwhile is not written over by accident", async ({ page, organization }) => {
  const { api } = organization;
  const { id: thingId } = await api.post<{ id: string }>("/api/v1/loans", LOAN);
  const note = await api.post<{ id: string }>("/api/v1/notes", {
    thingKind: "loan",
    thingId,
    text: "First words",
  });
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${thingId}&tab=notes`);
  await page.getByRole("listitem").getByRole("button", { name: "Edit" }).click();
  const text = page.getByRole("textbox", { name: "Note", exact: true });
  await expect(text).toHaveValue("First words");
  await api.put(`/api/v1/notes/${note.id}`, 1, { text: "Other words" });
  await text.fill("My words");
  await page.getByRole("button", { name: "Save note" }).click();
  await expect(page.getByText("Changed meanwhile")).toBeVisible();
  await page.getByRole("button", { name: "Show what is stored now" }).click();
  await expect(text).toHaveValue("Other words");
  await text.fill("   ");
  await page.getByRole("button", { name: "Save note" }).click();
  await expect(text).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Other words")).toBeVisible();
});

test("a private note is its author’s alone, and a viewer only reads", async ({
  page,
  organization,
  elsewhere,
}) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
  const manager = await organization.join("manager");
  const viewer = await organization.join("viewer");
  await signIn(page, manager);
  await page.goto(`/loan/?id=${id}&tab=notes`);
  await page.getByRole("button", { name: "Write a note" }).click();
  await page.getByRole("textbox", { name: "Note", exact: true }).fill("Between us");
  await page.getByRole("switch", { name: /^Private/ }).click({ force: true });
  await expect(page.getByRole("combobox", { name: "Mention" })).toBeDisabled();
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Between us" })).toContainText("Private");

  const api = await Api.signIn(elsewhere, manager);
  await api.post("/api/v1/notes", { thingKind: "loan", thingId: id, text: "For all" });
  await signIn(page, viewer);
  await page.goto(`/loan/?id=${id}&tab=notes`);
  await expect(page.getByText("For all")).toBeVisible();
  await expect(page.getByText("Between us")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Write|Edit|Delete|Pin/ })).toHaveCount(0);
});

test("a loan's page comes without the code of its notes and dates, which comes when they are looked at", async ({
  page,
  organization,
}) => {
  const { id } = await organization.api.post<{ id: string }>("/api/v1/loans", LOAN);
  await signIn(page, organization.administrator);
  await page.goto(`/loan/?id=${id}`);
  for (const [tab, words] of [
    ["Notes", "No notes yet"],
    ["Dates", "Critical dates"],
  ] as const) {
    const code = page.waitForResponse(
      async (answer) => /\.js$/.test(answer.url()) && (await answer.text()).includes(words),
    );
    await page.getByRole("tab", { name: tab }).click();
    await code;
    await expect(page.getByRole("heading", { name: words })).toBeVisible();
  }
});
