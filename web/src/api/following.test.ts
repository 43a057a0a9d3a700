// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type Connection, followOn, pauseAfter, type ServerEvent } from "./following";

const at = (data: number): ServerEvent<number> => ({ event: "told", data });

let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
});

afterEach(() => {
  hidden = false;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function look(looked: boolean): Promise<unknown> {
  hidden = !looked;
  document.dispatchEvent(new Event("visibilitychange"));
  return vi.advanceTimersByTimeAsync(0);
}

/** A server that ends each connection after some events; "away" cannot be reached, "break" fails after one. */
function server(...answers: readonly (readonly number[] | "away" | "break" | "lasting")[]) {
  const waiting = [...answers];
  const asked: number[] = [];
  const open = new Set<AbortSignal>();
  const connect: Connection<number> = async function* (signal, onOpen) {
    asked.push(Date.now());
    const answer = waiting.shift() ?? "lasting";
    if (answer === "away") throw new Error("away");
    onOpen();
    open.add(signal);
    try {
      if (answer === "break") {
        yield at(0);
        throw new TypeError("network error");
      }
      if (answer !== "lasting") return yield* answer.map(at);
      yield at(0);
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    } finally {
      open.delete(signal);
    }
  };
  return { connect, asked, open };
}

/** Follow it in the background; how it ends is in `ended`. */
function following(connect: Connection<number>, options: Parameters<typeof followOn<number>>[2] = {}) {
  const stop = new AbortController();
  const heard: number[] = [];
  const ended = (async () => {
    for await (const { data } of followOn(connect, stop.signal, options)) heard.push(data);
    return "at rest";
  })().catch((error: unknown) => (error as Error).message);
  return { heard, ended, stop };
}

test("a tab that nobody looks at has no connection, and one again as soon as it is looked at", async () => {
  const { connect, asked, open } = server();
  hidden = true;
  const { ended, stop } = following(connect);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(0);
  await look(true);
  expect(open.size).toBe(1);
  await look(false);
  expect(open.size).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
  await look(true);
  expect(open.size).toBe(1);
  stop.abort();
  expect(await ended).toBe("at rest");
  expect(open.size).toBe(0);
});

test("what has to go on is followed also in a tab that nobody looks at", async () => {
  const { connect, open } = server();
  hidden = true;
  following(connect, { evenHidden: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(open.size).toBe(1);
});

test("a read that breaks is followed again after a pause", async () => {
  const { connect, asked } = server("break", [1, 9]);
  const { ended, heard } = following(connect, { isLast: (data) => data === 9 });
  await vi.advanceTimersByTimeAsync(700);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ended).toBe("at rest");
  expect(heard).toEqual([0, 1, 9]);
});

test("a server that ends each connection at once is asked less and less often", async () => {
  const { connect, asked } = server(...Array.from({ length: 100 }, () => [1]));
  following(connect);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.length).toBeLessThan(9);
});

test("a connection that lasted is made again at once", async () => {
  const asked: number[] = [];
  following(async function* (_signal, onOpen) {
    asked.push(Date.now());
    onOpen();
    yield at(asked.length);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
  await vi.advanceTimersByTimeAsync(600_001);
  expect(asked).toHaveLength(2);
});

test("one that cannot be opened is told of: it is thrown, or heard of and tried again", async () => {
  expect(await following(server("away").connect).ended).toBe("away");
  const onFailure = vi.fn();
  const { heard } = following(server("away", "break").connect, { onFailure });
  await vi.advanceTimersByTimeAsync(1_300);
  expect(heard).toEqual([0]);
  expect(onFailure).toHaveBeenCalledTimes(2);
});

test("who has heard enough leaves no connection open", async () => {
  let left: AbortSignal | undefined;
  const connect: Connection<number> = async function* (signal, onOpen) {
    left = signal;
    onOpen();
    yield at(1);
    yield at(2);
  };
  for await (const { data } of followOn(connect, new AbortController().signal)) {
    if (data === 1) break;
  }
  expect(left?.aborted).toBe(true);
});

test("pauses grow up to half a minute or so, and differ", () => {
  expect([1, 2, 3].map((failures) => pauseAfter(failures, 0.5))).toEqual([1000, 2000, 4000]);
  expect(pauseAfter(20, 0.5)).toBe(30_000);
  expect(pauseAfter(1, 0)).toBeLessThan(pauseAfter(1, 1));
});
