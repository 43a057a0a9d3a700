"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { DRAFTS } from "@/api/device";
import { useMe } from "@/api/me";
import { sessionState } from "@/api/session";

const PAUSE = 300;

/** What was being written when the page went away, and when that was. */
export interface Kept<T> {
  at: string;
  draft: T;
}

/**
 * Keeps what is being written in this tab, per person, so that a reload by accident loses nothing. `found` is what was
 * kept before this page began; `keep` may be called at every change.
 */
export function useKeptDraft<T>(name: string): {
  found: Kept<T> | null;
  keep: (draft: T) => void;
  forget: () => void;
} {
  const { member } = useMe();
  const key = `${DRAFTS}${member.id}:${name}`;
  const [found, setFound] = useState<Kept<T> | null>(() => read<T>(key));
  const waiting = useRef<{ timer: number; write: () => void } | null>(null);

  const keep = useCallback(
    (draft: T) => {
      window.clearTimeout(waiting.current?.timer);
      const write = () => {
        waiting.current = null;
        if (sessionState() === "left") return; // who has signed out leaves nothing behind
        store(key, JSON.stringify({ at: new Date().toISOString(), draft }));
      };
      waiting.current = { timer: window.setTimeout(write, PAUSE), write };
    },
    [key],
  );
  const forget = useCallback(() => {
    window.clearTimeout(waiting.current?.timer);
    waiting.current = null;
    store(key, null);
    setFound(null);
  }, [key]);

  // The tab may be closed or reloaded, or the page left, before the pause is over.
  useEffect(() => {
    const flush = () => waiting.current?.write();
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      window.clearTimeout(waiting.current?.timer);
      flush();
    };
  }, []);
  return useMemo(() => ({ found, keep, forget }), [found, keep, forget]);
}

function read<T>(key: string): Kept<T> | null {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as Kept<T>);
  } catch {
    return null; // a browser that keeps nothing, or something that is no draft
  }
}

function store(key: string, text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Nothing can be kept here; the warning before leaving still stands.
  }
}
