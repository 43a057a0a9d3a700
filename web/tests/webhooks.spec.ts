import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, LEAST_LOAN, signIn, test as base } from "./fixtures";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A program that takes what it is sent, and answers with `status`. */
interface Receiver {
  readonly url: string;
  readonly received: Received[];
  status: number;
}

const test = base.extend<{ receiver: Receiver }>({
  receiver: async ({}, use) => {
    const receiver: { url: string; received: Received[]; status: number } = {
      url: "",
      received: [],
      status: 200,
    };
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        receiver.received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
        response.statusCode = receiver.status;
        response.end("Taken by the books");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
    await use(receiver);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },
});

/** What a message says, once its signature by the secret is right (Standard Webhooks, v1). */
function verified({ headers, body }: Received, secret: string): { type: string } {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const signature = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  expect(String(headers["webhook-signature"]).split(" ")).toContain(signature);
  return JSON.parse(body) as { type: string };
}

test("an endpoint is added, tested, rotated, disabled, enabled, replayed and deleted", async ({
  page,
  organization,
  receiver,
}) => {
  await signIn(page, organization.administrator);
  await page.goto("/settings/notifications/");
  await page
    .getByRole("navigation", { name: "Settings" })
    .getByRole("link", { name: "Webhooks" })
    .press("Enter");
  await expect(page.getByText("No endpoints yet")).toBeVisible();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  const form = page.getByRole("dialog", { name: "Add endpoint" });
  await form.getByRole("textbox", { name: "Address" }).fill("ftp://example.com");
  await form.getByRole("button", { name: "Add endpoint" }).click();
  await expect(form.getByRole("textbox", { name: "Address" })).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("textbox", { name: "Address" }).fill(receiver.url);
  await form.getByRole("textbox", { name: "Description" }).fill("Books");
  await form.getByRole("combobox", { name: "Events" }).fill("loans.loan.recorded.v2");
  await page.getByRole("option", { name: /^loans\.loan\.recorded\.v2/ }).click();
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Add endpoint" }).click();

  const made = page.getByRole("dialog", { name: "Endpoint added" });
  const secret = await made.getByRole("textbox", { name: "Secret" }).inputValue();
  expect(secret).toMatch(/^whsec_/);
  await made.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
  await page.getByRole("link", { name: "Books" }).click();

  await page.getByRole("button", { name: "Send test event" }).click();
  const messages = page.getByRole("table", { name: "Messages" });
  await expect(messages.getByRole("row", { name: /endpoint\.tested/ })).toContainText("Delivered");
  await expect(messages.getByRole("row", { name: /endpoint\.tested/ })).toContainText("200");
  expect(verified(receiver.received[0] as Received, secret).type).toBe("notifications.endpoint.tested.v1");
  await messages.getByRole("button", { name: /endpoint\.tested/ }).click();
  const message = page.getByRole("dialog", { name: /endpoint\.tested/ });
  await expect(message.getByRole("table", { name: "Attempts" })).toContainText("Taken by the books");
  await expect(message.getByRole("region", { name: "Body" })).toContainText(
    "notifications.endpoint.tested.v1",
  );
  await page.keyboard.press("Escape");

  const choose = async (what: string) => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: what }).click();
  };
  await choose("Rotate secret…");
  await page
    .getByRole("dialog", { name: "Rotate the secret?" })
    .getByRole("button", { name: "Rotate" })
    .click();
  const rotated = page.getByRole("dialog", { name: "Secret rotated" });
  const newer = await rotated.getByRole("textbox", { name: "Secret" }).inputValue();
  expect(newer).not.toBe(secret);
  await rotated.getByRole("button", { name: "Done" }).click();

  await organization.api.post("/api/v1/loans", { number: "1001", name: "Harbor Point", ...LEAST_LOAN });
  await page.getByRole("button", { name: "Send test event" }).click();
  const loans = messages.getByRole("row", { name: /loans\.loan\.recorded/ });
  await expect(loans).toHaveCount(1);
  await expect(loans).toContainText("Delivered");
  const loan = receiver.received.find(({ body }) => body.includes("loans.loan.recorded.v2")) as Received;
  for (const each of [secret, newer]) expect(verified(loan, each).type).toBe("loans.loan.recorded.v2");

  await choose("Disable…");
  await page
    .getByRole("dialog", { name: "Disable this endpoint?" })
    .getByRole("button", { name: "Disable" })
    .click();
  await expect(page.getByText("An administrator disabled it.")).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("An administrator disabled it.")).toHaveCount(0);

  await choose("Replay events…");
  const replay = page.getByRole("dialog", { name: "Replay events" });
  await expect(replay).toContainText("also those it has received");
  await replay.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByText(/events? (is|are) sent again/)).toBeVisible();

  await page.getByRole("button", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit endpoint" });
  await edit.getByRole("textbox", { name: "Description" }).fill("Ledger");
  await edit.getByRole("textbox", { name: "Messages a minute, at most" }).fill("60");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ledger" })).toBeVisible();
  await expect(page.getByText("60 messages a minute")).toBeVisible();

  await choose("Delete…");
  await page
    .getByRole("dialog", { name: "Delete this endpoint?" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(page.getByText("No endpoints yet")).toBeVisible();
});

test("an endpoint that is gone says why nothing is sent, and the inbox leads to it", async ({
  page,
  organization,
  receiver,
}) => {
  receiver.status = 410;
  const { endpoint } = await organization.api.post<{ endpoint: { id: string } }>("/api/v1/webhooks", {
    url: receiver.url,
    description: "Books",
  });
  await organization.api.post(`/api/v1/webhooks/${endpoint.id}/test`);
  await signIn(page, organization.administrator);
  await page.goto("/inbox/");
  await page.getByRole("link", { name: "A webhook endpoint was disabled: Books" }).click();
  await expect(page.getByText("It answered 410 Gone.")).toBeVisible();
  const messages = page.getByRole("table", { name: "Messages" });
  await expect(messages.getByRole("row", { name: /endpoint\.tested/ })).toContainText("410");
  await page.getByRole("combobox", { name: "State of messages" }).click();
  await page.getByRole("option", { name: "Delivered" }).click();
  await expect(page.getByText("No messages in this state.")).toBeVisible();
  await expect(page).toHaveURL(/state=delivered/);
  await page.setViewportSize({ width: 375, height: 812 });
  const beyond = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(beyond).toBeLessThanOrEqual(0);
});

test("only administrators see webhooks and email", async ({ page, organization }) => {
  await signIn(page, await organization.join("manager"));
  for (const path of ["/settings/webhooks/", "/settings/mails/"]) {
    await page.goto(path);
    await expect(page.getByText(/^Your role does not let you see/)).toBeVisible();
    const settings = page.getByRole("navigation", { name: "Settings" });
    await expect(settings.getByRole("link", { name: "Rules" })).toBeVisible();
    await expect(settings.getByRole("link", { name: /Webhooks|Email/ })).toHaveCount(0);
  }
});
