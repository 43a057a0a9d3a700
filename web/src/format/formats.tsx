"use client";

import { createContext, type ReactNode, useContext, useMemo } from "react";

import type { Formats } from "./format";

const Context = createContext<Formats>({ locale: "en-US", currency: "USD" });

/** Says in which currency amounts are; the locale is the person's own. */
export function FormatsProvider({ currency, children }: { currency: string; children: ReactNode }) {
  const formats = useMemo(
    () => ({ locale: typeof navigator === "undefined" ? "en-US" : navigator.language, currency }),
    [currency],
  );
  return <Context value={formats}>{children}</Context>;
}

export const useFormats = (): Formats => useContext(Context);
