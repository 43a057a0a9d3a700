"use client";

import { notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";

import { Problem } from "@/api/problem";

const STOPPED = new Problem({
  status: 0,
  title: "You stopped waiting",
  detail:
    "The server may have saved it all the same. Nothing you entered is lost: save again to be sure, it is not done twice.",
});

/**
 * Something that may take long and can be stopped: `stop` gives up waiting, which the server may not notice. Leaving the
 * page stops it too.
 */
export function useStoppable(): {
  run: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  stop: () => void;
} {
  const running = useRef<AbortController | null>(null);
  const run = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    running.current = controller;
    try {
      return await work(controller.signal);
    } finally {
      running.current = null;
    }
  };
  useEffect(
    () => () => {
      if (running.current === null) return;
      running.current.abort();
      notifications.show({
        color: "yellow",
        title: "You left while it was being saved",
        message: "The server may have saved it all the same: look at it again.",
      });
    },
    [],
  );
  return { run, stop: () => running.current?.abort() };
}

/** What went wrong, with words for what the person stopped. */
export const orStopped = (error: Error | null): Error | null => (isStopped(error) ? STOPPED : error);

export const isStopped = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "AbortError";
