import { follow } from "@/api/client";
import { type Connection, followOn } from "@/api/following";

/** `live`: whatever changes is shown at once. `away`: the server cannot be followed, what is shown may be older. */
export type Liveness = "live" | "away";

type Changes = Connection<{ sequence: number }>;

/** The changes after a sequence, as the server sends them. */
export const figureChanges =
  (after: number): Changes =>
  (signal, onOpen) =>
    follow(`/api/v1/dashboard/events?after=${after}`, signal, onOpen);

/**
 * Follow the figures' changes from a sequence on, until `signal` aborts. `onChange` is asked to show a newer sequence
 * and awaited: what changes meanwhile is shown once afterwards, not each time.
 */
export async function followFigures(
  changes: (after: number) => Changes,
  from: number,
  signal: AbortSignal,
  onChange: () => Promise<unknown>,
  onLiveness: (liveness: Liveness) => void,
): Promise<void> {
  let seen = from;
  let showing = false;
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
  const onOpen = () => {
    onLiveness("live");
    // What could not be fetched while the server was away can be now.
    if (away) void show();
    away = false;
  };
  const onFailure = () => {
    away = true;
    onLiveness("away");
  };

  const connect: Changes = (watching, opened) => changes(seen)(watching, opened);
  for await (const { event, data } of followOn(connect, signal, { onOpen, onFailure })) {
    if (event !== "changed" || data.sequence <= seen) continue;
    seen = data.sequence;
    void show();
  }
}
