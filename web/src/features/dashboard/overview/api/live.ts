import { follow } from "@/api/client";

/** `live`: whatever changes is shown at once. `away`: the server cannot be followed, what is shown may be older. */
export type Liveness = "live" | "away";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** Where changes come from: those after a sequence; `onOpen` once they are followed. */
type Events = (
  after: number,
  signal: AbortSignal,
  onOpen: () => void,
) => AsyncIterable<{ event: string; data: { sequence: number } }>;

/** The changes as the server sends them. */
export const figureEvents: Events = (after, signal, onOpen) =>
  follow(`/api/v1/dashboard/events?after=${after}`, signal, onOpen);

/** How long to wait before the next attempt, after so many that failed; with chance, so that not all come back at once. */
export function pauseAfter(failures: number, chance: number): number {
  return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.75 + chance / 2);
}

/**
 * Follow the figures' changes from a sequence on, until `signal` aborts. `onChange` is asked to show a newer sequence
 * and awaited: what changes meanwhile is shown once afterwards, not each time. The stream ends by itself every few
 * minutes and is followed again at once; where it fails, or ends before it began, after a pause that grows.
 */
export async function followFigures(
  events: Events,
  from: number,
  signal: AbortSignal,
  onChange: () => Promise<unknown>,
  onLiveness: (liveness: Liveness) => void,
): Promise<void> {
  let seen = from;
  let showing = false;
  let failures = 0;
  let opened = 0;
  let away = false;

  const show = async () => {
    if (showing) return;
    showing = true;
    for (let shown = -1; shown < seen && !signal.aborted;) {
      shown = seen;
      await onChange();
    }
    showing = false;
  };
  const open = () => {
    opened = Date.now();
    onLiveness("live");
    // What could not be fetched while the server was away can be now.
    if (away) void show();
    away = false;
    failures = 0;
  };

  while (!signal.aborted) {
    try {
      for await (const { event, data } of events(seen, signal, open)) {
        if (event !== "changed" || data.sequence <= seen) continue;
        seen = data.sequence;
        void show();
      }
      if (Date.now() - opened >= FIRST_PAUSE) continue;
    } catch {
      if (signal.aborted) return;
      away = true;
      onLiveness("away");
    }
    failures += 1;
    await rest(pauseAfter(failures, Math.random()), signal);
  }
}

/** Wait, or less where the connection comes back. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    }
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
