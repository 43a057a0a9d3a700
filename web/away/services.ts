import { type APIRequestContext, expect } from "@playwright/test";
import { readFileSync } from "node:fs";

/** One path of each service. */
const PATHS = {
  auth: "/members",
  loans: "/loans",
  dashboard: "/dashboard",
  notifications: "/inbox",
  files: "/documents",
} as const;

export type Service = keyof typeof PATHS;

interface Program {
  readonly name: string;
  readonly pid: number | null;
  readonly since: string;
}

const LOOK = 50;

/** What the gateway answers for each service. */
export async function statuses(request: APIRequestContext, token: string): Promise<Record<Service, number>> {
  const asked = Object.entries(PATHS).map(async ([service, path]) => {
    const answer = await request.get(`/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return [service, answer.status()] as const;
  });
  return Object.fromEntries(await Promise.all(asked)) as Record<Service, number>;
}

export const ALL_THERE: Readonly<Record<Service, number>> = {
  auth: 200,
  loans: 200,
  dashboard: 200,
  notifications: 200,
  files: 200,
};

/**
 * Keep the processes of a service away while something is done: each is killed without a goodbye, and so is each that is
 * started in its place, once, before it answers.
 */
export async function without(service: Service, work: () => Promise<void>): Promise<void> {
  const killed = new Set<string>();
  const kill = () => {
    for (const { name, pid, since } of running()) {
      const start = `${pid} ${since}`;
      if (pid === null || !name.startsWith(`${service}.`) || killed.has(start)) continue;
      killed.add(start);
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code, "it has ended by itself").toBe("ESRCH");
      }
    }
  };
  kill();
  const killing = setInterval(kill, LOOK);
  try {
    await work();
  } finally {
    clearInterval(killing);
  }
}

/** The programs of the topology, from the file that the supervisor keeps. */
function running(): Program[] {
  const file = `${process.env.REALINSIGHTS_AWAY_DATA}/services-2b/running.json`;
  return JSON.parse(readFileSync(file, "utf8")) as Program[];
}
