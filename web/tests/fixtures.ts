import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";
import { randomInt, randomUUID } from "node:crypto";

export { expect };

export type Role = "administrator" | "manager" | "member" | "viewer";

export const DEMONSTRATION = { email: "demo@example.com", password: "demonstrate-1250000.00" };
export const PASSWORD = "a long walk by the harbor 7";

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** An organization of the test's own; `api` asks as its administrator, without the browser. */
export interface Organization {
  readonly name: string;
  readonly administrator: Person;
  readonly api: Api;
  /** Let somebody join, by an invitation as the product makes them. */
  join(role: Role): Promise<Person>;
}

/** What a test asks of the server beside the page: to prepare, to meddle, and to know what is true. */
export class Api {
  constructor(
    private readonly request: APIRequestContext,
    private readonly token: string,
  ) {}

  static async signIn(request: APIRequestContext, { email, password }: Person): Promise<Api> {
    const answer = await request.post("/api/v1/auth/sign-in", { data: { email, password } });
    expect(answer.status(), await answer.text()).toBe(200);
    const { accessToken } = (await answer.json()) as { accessToken: string };
    return new Api(request, accessToken);
  }

  async send<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<T> {
    const answer = await this.request.fetch(path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
      ...(body === undefined ? {} : Buffer.isBuffer(body) ? { data: body } : { data: body as object }),
    });
    expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return (answer.status() === 204 ? undefined : await answer.json()) as T;
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>("GET", path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.send<T>("POST", path, body);
  }

  put<T>(path: string, version: number, body: unknown): Promise<T> {
    return this.send<T>("PUT", path, body, { "If-Match": `"${version}"` });
  }

  /** Import a tape and wait until it is done: the events end when it is at rest. */
  async import(fileName: string, content: Buffer, query = ""): Promise<string> {
    const { id } = await this.send<{ id: string }>(
      "POST",
      `/api/v1/imports?fileName=${fileName}${query}`,
      content,
      {
        "Content-Type": "application/octet-stream",
      },
    );
    const events = await this.request.get(`/api/v1/imports/${id}/events`, {
      headers: { Authorization: `Bearer ${this.token}` },
    });
    expect(events.ok()).toBe(true);
    return id;
  }

  /** Have a report made and wait until it is: the events end when it is at rest. */
  async report(kind: string, asked: object = {}): Promise<string> {
    const { id } = await this.post<{ id: string }>(`/api/v1/reports/${kind}/runs`, asked);
    const events = await this.request.get(`/api/v1/reports/runs/${id}/events`, {
      headers: { Authorization: `Bearer ${this.token}` },
    });
    expect(await events.text()).toContain('"state":"done"');
    return id;
  }
}

/** Return the token of the link in a mail that was kept because no mail server is set, as an administrator sees it. */
export async function keptLink(api: Api, subject: string): Promise<string> {
  let found: string | undefined;
  await expect(async () => {
    const { items } = await api.get<{ items: { id: string; subject: string }[] }>("/api/v1/mails?state=kept");
    found = items.find((mail) => mail.subject === subject)?.id;
    expect(found, `a mail with the subject ${subject}`).toBeDefined();
  }).toPass();
  const { text } = await api.get<{ text: string }>(`/api/v1/mails/${found}`);
  return /\/#(\S+)/.exec(text)?.[1] ?? "";
}

/** Wait until notifications have heard of who has joined: from then on they can be mentioned. */
export async function joined(api: Api): Promise<void> {
  const inbox = () => api.get<{ items: { topic: string }[] }>("/api/v1/inbox");
  await expect.poll(async () => (await inbox()).items.map(({ topic }) => topic)).toContain("member_joined");
}

/** What a loan needs besides its number and name. */
export const LEAST_LOAN = {
  originalBalance: "7200000.00",
  currentBalance: "7200000.00",
  balanceAsOf: "2026-03-01",
  originationDate: "2026-02-01",
  maturityDate: "2036-02-01",
  rate: "0.0575",
  terms: {},
};

/** What a person may say about a loan, as a second client sends it back. */
export function draftOf(loan: object): Record<string, unknown> {
  const kept = [
    "id",
    "org",
    "version",
    "amortizationType",
    "termsChanges",
    "propertyIds",
    "riskRatingHistory",
    "deal",
    "assetNumber",
    "modified",
    "rollUp",
    "original",
    "sources",
  ];
  return Object.fromEntries(Object.entries(loan).filter(([name]) => !kept.includes(name)));
}

/** Answer the question when the terms changed: they were never otherwise. */
export async function correct(page: Page): Promise<void> {
  const asked = page.getByRole("dialog", { name: "When did the terms change?" });
  await asked.getByRole("radio", { name: /^Correction/ }).check();
  await asked.getByRole("button", { name: "Save" }).click();
}

/** Put the demonstration into an organization, and wait until every service has done its part. */
export async function demonstrate(api: Api): Promise<void> {
  await api.post("/api/v1/demonstration");
  const presence = async () => (await api.get<{ presence: string }>("/api/v1/demonstration")).presence;
  await expect.poll(presence, { timeout: 60_000 }).toBe("here");
}

/** Sign the page's browser in, as after the sign-in form: the cookie is there, the next page renews the session. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await Api.signIn(page.request, person);
}

/** Create your organization as a person does, from the front page to the dashboard. */
export async function begin(page: Page, organization: string, email: string, kind?: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Create your organization" }).first().click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(organization);
  if (kind !== undefined) await page.getByLabel("Kind").selectOption(kind);
  await page.getByLabel("First name").fill("Anna");
  await page.getByLabel("Last name").fill("Adler");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/dashboard/");
}

export const test = base.extend<{ organization: Organization; elsewhere: APIRequestContext }>({
  // Tries of passwords and the like are counted by address; behind the proxy that tests are, each has its own.
  extraHTTPHeaders: async ({}, use) => {
    await use({ "X-Forwarded-For": `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}` });
  },

  /** A client without the browser's cookies. */
  elsewhere: async ({ playwright, baseURL, extraHTTPHeaders }, use) => {
    const request = await playwright.request.newContext({ baseURL, extraHTTPHeaders });
    await use(request);
    await request.dispose();
  },

  organization: async ({ elsewhere }, use) => {
    const name = `Harbor ${randomUUID().slice(0, 8)}`;
    const administrator = { email: `${randomUUID()}@example.com`, password: PASSWORD };
    const registered = await elsewhere.post("/api/v1/auth/register", {
      data: { organization: { name, kind: "owner" }, firstName: "Anna", lastName: "Adler", ...administrator },
    });
    expect(registered.status(), await registered.text()).toBe(202);
    const api = await Api.signIn(elsewhere, administrator);
    await use({
      name,
      administrator,
      api,
      join: async (role) => {
        const person = { email: `${randomUUID()}@example.com`, password: PASSWORD };
        const { token } = await api.post<{ token: string }>("/api/v1/members/invitations", {
          email: person.email,
          role,
        });
        const accepted = await elsewhere.post("/api/v1/auth/invitations/accept", {
          data: { token, firstName: "Ben", lastName: role, password: person.password },
        });
        expect(accepted.ok(), await accepted.text()).toBe(true);
        return person;
      },
    });
  },
});
