"use client";

import { useLocalStorage, useWindowEvent } from "@mantine/hooks";
import { useRouter } from "next/navigation";
import { useRef } from "react";

import { useMe } from "@/api/me";
import { leaving } from "@/components/leaving";

import { follow, SHORTCUTS, spelled } from "./shortcuts";

const PATIENCE_MILLISECONDS = 1500;

/** Whether single keys do anything, kept on this device: with voice control, spoken words would press them. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, set] = useLocalStorage({
    key: "realinsights-single-keys",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  return [on, set];
}

/** Let keys lead where the table of them says; Ctrl or Cmd + K opens the palette from anywhere. */
export function useShortcuts(show: (what: "palette" | "keys") => void): void {
  const router = useRouter();
  const { permissions } = useMe().member;
  const [singleKeys] = useSingleKeys();
  const typed = useRef({ keys: "", at: 0 });

  useWindowEvent("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = spelled(event);
    if (event.ctrlKey || event.metaKey) {
      if (key !== "k" || event.shiftKey || isDialogOpen()) return;
      event.preventDefault();
      show("palette");
      return;
    }
    if (!singleKeys || event.repeat || key === "Shift" || isTaken(event.target) || isDialogOpen()) return;
    const before = event.timeStamp - typed.current.at < PATIENCE_MILLISECONDS ? typed.current.keys : "";
    const allowed = SHORTCUTS.filter(({ needs }) => needs === undefined || permissions.includes(needs));
    const { found, waiting } = follow(before, key, allowed);
    typed.current = { keys: waiting, at: event.timeStamp };
    if (found?.deed === undefined) return;
    event.preventDefault();
    const { deed } = found;
    if ("go" in deed) leaving(() => router.push(deed.go));
    else if ("show" in deed) show(deed.show);
    else document.querySelector<HTMLElement>(TABBED_ROW)?.focus();
  });
}

const TABBED_ROW = "[role='grid'] tr[data-index][tabindex='0']";
const TYPED_INTO = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const PRESSED = "input[type='checkbox'], input[type='radio'], input[type='button'], input[type='submit']";
const OPENED = "[role='menu'], [role='listbox'], [role='dialog']";

/** Whether keys mean something to what has the focus: a field, a menu. */
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (target.matches(TYPED_INTO) && !target.matches(PRESSED)) || target.closest(OPENED) !== null;
}

const isDialogOpen = (): boolean => document.querySelector("[role='dialog'][aria-modal='true']") !== null;
