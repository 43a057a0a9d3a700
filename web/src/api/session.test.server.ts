/** Another party at the network's edge: it keeps one cookie for all tabs, as a browser does, and counts. */
export class Server {
  cookie: string | null = null;
  away = false;
  deactivated = new Set<string>();
  voided = new Set<string>();
  refreshes = 0;
  done: string[] = [];
  private issued = 0;
  private atOnce = 0;
  mostAtOnce = 0;

  readonly fetch = async (input: Request | string, init?: RequestInit): Promise<Response> => {
    const request = new Request(
      new URL(typeof input === "string" ? input : input.url, "http://own.example"),
      {
        ...(input instanceof Request ? { method: input.method, headers: input.headers } : {}),
        ...init,
        ...(input instanceof Request && input.method !== "GET" ? { body: await input.text() } : {}),
      },
    );
    await Promise.resolve();
    if (this.away) throw new TypeError("Failed to fetch");
    const path = new URL(request.url).pathname.replace("/api/v1/", "");
    if (path === "auth/sign-in") return this.signIn((await request.json()) as { email: string });
    if (path === "auth/refresh") return this.refresh();
    if (path === "auth/sign-out") {
      this.cookie = null;
      return new Response(null, { status: 204 });
    }
    const token = request.headers.get("Authorization")?.replace("Bearer ", "") ?? "";
    if (this.voided.has(token)) return problem(401, "The token is void.");
    this.done.push(`${whose(token)} ${request.method} ${path} ${await request.text()}`.trim());
    return Response.json({});
  };

  private signIn({ email }: { email: string }): Response {
    if (this.deactivated.has(email)) return problem(403, "This account is deactivated.");
    if (email === "wrong") return problem(401, "The e-mail address or the password is wrong.");
    this.cookie = email;
    return this.access(email);
  }

  private async refresh(): Promise<Response> {
    this.refreshes += 1;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    for (let tick = 0; tick < 5; tick += 1) await Promise.resolve();
    this.atOnce -= 1;
    const member = this.cookie;
    if (member === null || this.deactivated.has(member))
      return problem(401, "The session is over; sign in again.");
    return this.access(member);
  }

  private access(member: string): Response {
    this.issued += 1;
    const claims = btoa(JSON.stringify({ sub: member, n: this.issued })).replace(/=+$/, "");
    return Response.json({ accessToken: `x.${claims}.x`, tokenType: "Bearer", expiresIn: 600 });
  }

  /** A change of role, or the like: what was issued so far is void. */
  void(): void {
    for (let n = 1; n <= this.issued; n += 1) {
      for (const member of ["anna", "ben"]) {
        this.voided.add(`x.${btoa(JSON.stringify({ sub: member, n })).replace(/=+$/, "")}.x`);
      }
    }
  }

  end(): void {
    this.cookie = null;
    this.void();
  }
}

const whose = (token: string) => (JSON.parse(atob(token.split(".")[1] ?? "")) as { sub: string }).sub;

const problem = (status: number, detail: string) =>
  Response.json(
    { title: "Refused", detail },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );

/** Tabs hear of each other soon, not at once. */
export class Channel extends EventTarget {
  static all = new Set<Channel>();
  constructor() {
    super();
    Channel.all.add(this);
  }
  postMessage(data: unknown): void {
    for (const other of Channel.all) {
      if (other !== this) queueMicrotask(() => other.dispatchEvent(new MessageEvent("message", { data })));
    }
  }
}

export class Locks {
  private last: Promise<unknown> = Promise.resolve();
  request<T>(_: string, work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
