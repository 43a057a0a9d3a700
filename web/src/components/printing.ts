"use client";

import { useSyncExternalStore } from "react";

let announced = false;

/** Whether the page is being printed, or shown as it would be. */
export const isPrinting = (): boolean => announced || window.matchMedia("print").matches;

/** Tells when printing begins and ends; the browser waits for what is done then, and for nothing later. */
export function watchPrinting(listener: () => void): () => void {
  const become = (value: boolean) => () => {
    announced = value;
    listener();
  };
  const begin = become(true);
  const end = become(false);
  const paper = window.matchMedia("print");
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  paper.addEventListener("change", listener);
  return () => {
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
    paper.removeEventListener("change", listener);
  };
}

/** Whether the page is being printed: then all that was loaded must be in it, not only what is in sight. */
export const usePrinting = (): boolean => useSyncExternalStore(watchPrinting, isPrinting, () => false);
