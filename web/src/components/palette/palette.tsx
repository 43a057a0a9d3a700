"use client";

import { Kbd, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { UNREACHABLE } from "@/api/problem";
import { useBlurredAmounts } from "@/components/preferences";

import { commandKey } from "./command-key";
import type { KeysDialog } from "./keys-dialog";
import type { PaletteDialog } from "./palette-dialog";
import classes from "./palette.module.css";
import { useShortcuts } from "./use-shortcuts";

interface Dialogs {
  readonly palette: typeof PaletteDialog;
  readonly keys: typeof KeysDialog;
}

/** Search and commands from anywhere, and all keys of the product. */
export function Palette() {
  const [shown, setShown] = useState<keyof Dialogs | null>(null);
  const [dialogs, setDialogs] = useState<Dialogs | null>(null);
  const [blurred, toggleBlurred] = useBlurredAmounts();
  const show = (what: keyof Dialogs) => {
    setShown(what);
    if (dialogs !== null) return;
    load().then(setDialogs, () => {
      setShown(null);
      notifications.show({ color: "red", title: UNREACHABLE.title, message: UNREACHABLE.message });
    });
  };
  useShortcuts(show);
  const close = () => setShown(null);
  return (
    <>
      <UnstyledButton
        className={classes.opener}
        aria-keyshortcuts="Control+K Meta+K /"
        onClick={() => show("palette")}
      >
        <IconSearch size={16} aria-hidden />
        <span>Search</span>
        <Kbd size="xs" aria-hidden>
          {commandKey()} K
        </Kbd>
      </UnstyledButton>
      {dialogs !== null && shown === "palette" && (
        <dialogs.palette
          onClose={close}
          blurred={blurred}
          toggleBlurred={toggleBlurred}
          showKeys={() => setShown("keys")}
        />
      )}
      {dialogs !== null && shown === "keys" && <dialogs.keys onClose={close} />}
    </>
  );
}

/** They are no part of a page's first load; where they cannot be had, the page stays as it is. */
async function load(): Promise<Dialogs> {
  const [palette, keys] = await Promise.all([import("./palette-dialog"), import("./keys-dialog")]);
  return { palette: palette.PaletteDialog, keys: keys.KeysDialog };
}
