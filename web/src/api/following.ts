const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export interface ServerEvent<T> {
  readonly event: string;
  readonly data: T;
}

/** One connection: what the server sends until it ends; `onOpen` once it is there. */
export type Connection<T> = (signal: AbortSignal, onOpen: () => void) => AsyncIterable<ServerEvent<T>>;

interface Following<T> {
  /** Whether nothing comes after this: then it is followed no longer. */
  readonly isLast?: (data: T) => boolean;
  /** Each time it is followed, and at once. */
  readonly onOpen?: () => void;
  /** Hears of each connection that failed. Without it one that could not be opened is thrown. */
  readonly onFailure?: () => void;
  /** Follow it also while nobody looks at the tab. */
  readonly evenHidden?: boolean;
}

/** How long to wait before the next attempt, after so many that failed; with chance, so that not all come back at once. */
export function pauseAfter(failures: number, chance: number): number {
  return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (0.75 + chance / 2);
}

/**
 * Follow what the server sends, over one connection after the other, until it is at rest or `signal` aborts. One that
 * ends after a while is made again at once: servers end them every few minutes. One that breaks, or ends as soon as it
 * began, is made again after a pause that grows. A tab that nobody looks at has no connection: over HTTP/1.1 a browser
 * has six for all its tabs.
 */
export async function* followOn<T>(
  connect: Connection<T>,
  signal: AbortSignal,
  { isLast, onOpen, onFailure, evenHidden = false }: Following<T> = {},
): AsyncGenerator<ServerEvent<T>, void, undefined> {
  let failures = 0;
  while (!signal.aborted) {
    if (!evenHidden) await looked(signal);
    if (signal.aborted) return;
    const watching = new AbortController();
    const leave = () => {
      if (!signal.aborted && (evenHidden || !document.hidden)) return;
      left = true;
      watching.abort();
    };
    signal.addEventListener("abort", leave);
    document.addEventListener("visibilitychange", leave);
    let opened: number | null = null;
    let atRest = false;
    let left = false;
    try {
      const events = connect(watching.signal, () => {
        opened = Date.now();
        onOpen?.();
      });
      for await (const event of events) {
        atRest = isLast?.(event.data) ?? false;
        yield event;
      }
      if (atRest) return;
    } catch (error) {
      if (!left) {
        if (opened === null && onFailure === undefined) throw error;
        onFailure?.();
      }
    } finally {
      watching.abort(); // also where whoever follows has heard enough
      signal.removeEventListener("abort", leave);
      document.removeEventListener("visibilitychange", leave);
    }
    if (left) continue;
    if (opened !== null && Date.now() - opened >= FIRST_PAUSE) failures = 0;
    else failures += 1;
    if (failures > 0) await rest(pauseAfter(failures, Math.random()), signal);
  }
}

/** Wait until the tab is looked at. */
function looked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", settle);
      signal.removeEventListener("abort", settle);
      resolve();
    };
    document.addEventListener("visibilitychange", settle);
    signal.addEventListener("abort", settle);
    settle();
  });
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
