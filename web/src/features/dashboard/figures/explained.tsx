"use client";

import { UnstyledButton } from "@mantine/core";
import { useTimeout } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

const PopoverAt = dynamic(() => import("@/components/popover-at").then((part) => part.PopoverAt), {
  // Without one, all around it would be hidden, and lose the focus, until it has come.
  loading: () => null,
});

const OPENS_AFTER = 450;
const CLOSES_AFTER = 200;

/** `peek`: as long as it is pointed at or focused. `pinned`: until it is closed; what is in it can be reached by keys. */
type Shown = "no" | "peek" | "pinned";

/**
 * A button that explains itself: pointing at it or focusing it shows `details`, pressing it keeps them and leads into
 * them, Escape closes them. `details` gets how to close them.
 */
export function Explained({
  name,
  className,
  details,
  children,
}: {
  /** What is explained, for who cannot see it. */
  name: string;
  className?: string;
  details: (close: () => void) => ReactNode;
  children: ReactNode;
}) {
  const [shown, setShown] = useState<Shown>("no");
  // From then on it stays, to fade out.
  const [wanted, setWanted] = useState(false);
  if (shown !== "no" && !wanted) setWanted(true);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const opening = useTimeout(() => setShown((now) => (now === "no" ? "peek" : now)), OPENS_AFTER);
  const closing = useTimeout(() => setShown((now) => (now === "peek" ? "no" : now)), CLOSES_AFTER);

  const close = () => {
    opening.clear();
    setShown("no");
    document.getElementById(id)?.focus();
  };
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || shown === "no") return;
    event.stopPropagation();
    close();
  };
  return (
    <>
      <UnstyledButton
        ref={button}
        id={id}
        aria-haspopup="dialog"
        aria-expanded={shown !== "no"}
        aria-controls={shown === "no" ? undefined : `${id}-dropdown`}
        className={className}
        onMouseEnter={() => {
          closing.clear();
          opening.start();
        }}
        onMouseLeave={() => {
          opening.clear();
          closing.start();
        }}
        onFocus={({ relatedTarget }) => {
          // Focus that comes back from the explanation must not open what was just closed.
          if (relatedTarget?.closest("[data-explanation]") == null) {
            setShown((now) => (now === "no" ? "peek" : now));
          }
        }}
        onBlur={() => setShown((now) => (now === "peek" ? "no" : now))}
        onClick={() => setShown((now) => (now === "pinned" ? "no" : "pinned"))}
        onKeyDown={closeOnEscape}
      >
        {children}
      </UnstyledButton>
      {wanted && (
        <PopoverAt
          anchor={button}
          id={id}
          opened={shown !== "no"}
          onChange={(opened) => {
            if (!opened) setShown("no");
          }}
          closeOnEscape={false}
          trapFocus={shown === "pinned"}
          position="bottom-start"
          shadow="lg"
          width={360}
          dropdown={{
            "data-explanation": true,
            "aria-label": name,
            maw: "calc(100vw - 1.5rem)",
            mah: "min(32rem, calc(100dvh - 1.5rem))",
            style: { overflowY: "auto" },
            onMouseEnter: closing.clear,
            onMouseLeave: closing.start,
            onPointerDown: () => setShown("pinned"),
            onKeyDown: closeOnEscape,
            children: details(close),
          }}
        />
      )}
    </>
  );
}
