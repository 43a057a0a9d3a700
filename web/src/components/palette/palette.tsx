"use client";

import { Kbd, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useState } from "react";

import { useBlurredAmounts } from "@/components/preferences";

import classes from "./palette.module.css";
import { useShortcuts } from "./use-shortcuts";

// Neither is part of a page's first load.
const PaletteDialog = dynamic(() => import("./palette-dialog").then((module) => module.PaletteDialog));
const KeysDialog = dynamic(() => import("./keys-dialog").then((module) => module.KeysDialog));

/** Search and commands from anywhere, and all keys of the product. */
export function Palette() {
  const [shown, setShown] = useState<"palette" | "keys" | null>(null);
  useShortcuts(setShown);
  const [blurred, toggleBlurred] = useBlurredAmounts();
  const close = () => setShown(null);
  return (
    <>
      <UnstyledButton
        className={classes.opener}
        aria-label="Search and commands"
        aria-keyshortcuts="Control+K Meta+K /"
        onClick={() => setShown("palette")}
      >
        <IconSearch size={16} aria-hidden />
        <span>Search</span>
        <Kbd size="xs" aria-hidden>
          {commandKey()} K
        </Kbd>
      </UnstyledButton>
      {shown === "palette" && (
        <PaletteDialog
          onClose={close}
          blurred={blurred}
          toggleBlurred={toggleBlurred}
          showKeys={() => setShown("keys")}
        />
      )}
      {shown === "keys" && <KeysDialog onClose={close} />}
    </>
  );
}

/** What the key for commands is called on this keyboard. */
export function commandKey(): string {
  return typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
}
