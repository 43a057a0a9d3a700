// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";

import { followFigures } from "./live";

type Event = { event: string; data: { sequence: number } };

const changed = (sequence: number): Event => ({ event: "changed", data: { sequence } });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

/** Follow what a server would send: one list of events for each time it is asked, null where it is away. */
async function followed(from: number, streams: readonly (readonly Event[] | null)[]) {
  const watching = new AbortController();
  const waiting = [...streams];
  const asked: number[] = [];
  const said: string[] = [];
  let changes = 0;
  const done = followFigures(
    (after) =>
      async function* (_signal, onOpen) {
        asked.push(after);
        const events = waiting.shift();
        if (events === undefined) watching.abort();
        if (events === null) throw new Error("away");
        onOpen();
        yield* events ?? [];
      },
    from,
    watching.signal,
    async () => {
      changes += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
    (liveness) => said.push(liveness),
  );
  await vi.runAllTimersAsync();
  await done;
  return { asked, changes, said };
}

test("a newer sequence is shown, an older one is known already", async () => {
  expect(await followed(7, [[changed(7), changed(8)]])).toMatchObject({ asked: [7, 8], changes: 1 });
});

test("where the server is away it says so, tries again, and shows what could not be fetched meanwhile", async () => {
  expect(await followed(3, [null, null, []])).toMatchObject({
    changes: 1,
    said: ["away", "away", "live", "live"],
  });
});

test("of many changes at once, the first and the last are shown", async () => {
  expect(await followed(0, [[changed(1), changed(2), changed(3), changed(4)], []])).toMatchObject({
    changes: 2,
  });
});
