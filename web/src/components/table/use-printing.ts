"use client";

import { useSyncExternalStore } from "react";

let printing = false;

function subscribe(listener: () => void): () => void {
  const become = (value: boolean) => () => {
    printing = value;
    listener();
  };
  const begin = become(true);
  const end = become(false);
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  return () => {
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
  };
}

/** Whether the page is being printed, where all that has come must be there, not what is in sight. */
export const usePrinting = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => printing,
    () => false,
  );
