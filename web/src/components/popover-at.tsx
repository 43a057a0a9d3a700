"use client";

import { Popover, type PopoverDropdownProps, type PopoverProps } from "@mantine/core";
import { type Ref, type RefObject, useDeferredValue, useLayoutEffect } from "react";

/**
 * A popover at a button that is drawn without one: a page of a hundred such buttons costs no popovers until one is asked
 * for. The button says itself that it opens one, by its own attributes.
 */
export function PopoverAt({
  anchor,
  id,
  opened = false,
  dropdown,
  ...popover
}: Omit<PopoverProps, "children"> & {
  anchor: RefObject<HTMLElement | null>;
  /** The button's own. The dropdown's is this and `-dropdown`. */
  id: string;
  dropdown: PopoverDropdownProps & Readonly<Record<`data-${string}`, boolean>>;
}) {
  // It opens once it is there, as one that was there before: only then is the focus brought back, and does it fade in.
  const there = useDeferredValue(true, false);
  return (
    <Popover id={id} opened={opened && there} {...popover}>
      <Popover.Target>
        <Stand at={anchor} />
      </Popover.Target>
      <Popover.Dropdown {...dropdown} />
    </Popover>
  );
}

/** Stands for the button, which is outside: hands its element on, and draws nothing. */
function Stand({ at, ref }: { at: RefObject<HTMLElement | null>; ref?: Ref<HTMLElement> }) {
  useLayoutEffect(() => {
    if (typeof ref !== "function") return undefined;
    ref(at.current);
    return () => void ref(null);
  }, [at, ref]);
  return null;
}
