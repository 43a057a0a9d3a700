"use client";

import { Button, CloseButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { type ReactNode, useId, useRef, useState } from "react";

import classes from "./filter-bar.module.css";

const PopoverAt = dynamic(() => import("@/components/popover-at").then((part) => part.PopoverAt), {
  // Without one, all around it would be hidden, and lose the focus, until it has come.
  loading: () => null,
});

/** One filter: a button that opens what it can be set to; where it is set, what to, and a way to remove it. */
export function FilterPill({
  label,
  value,
  onRemove,
  children,
}: {
  label: string;
  value: string | null;
  onRemove: () => void;
  children: (close: () => void) => ReactNode;
}) {
  const [opened, setOpened] = useState(false);
  // From then on it stays, to fade out and to bring the focus back.
  const [wanted, setWanted] = useState(false);
  if (opened && !wanted) setWanted(true);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      <div className={classes.pill} data-set={value !== null || undefined}>
        <Button
          ref={button}
          id={id}
          aria-haspopup="dialog"
          aria-expanded={opened}
          aria-controls={opened ? `${id}-dropdown` : undefined}
          size="compact-sm"
          variant="transparent"
          className={classes.open}
          onClick={() => setOpened((before) => !before)}
          rightSection={value === null ? <IconChevronDown size={14} aria-hidden /> : null}
          title={value === null ? undefined : `${label}: ${value}`}
        >
          {value === null ? (
            label
          ) : (
            <span className={classes.value}>
              {label}: <strong>{value}</strong>
            </span>
          )}
        </Button>
        {value !== null && (
          <CloseButton
            size="sm"
            radius="xl"
            aria-label={`Remove the filter ${label.toLowerCase()}: ${value}`}
            onClick={onRemove}
          />
        )}
      </div>
      {wanted && (
        <PopoverAt
          anchor={button}
          id={id}
          opened={opened}
          onChange={setOpened}
          position="bottom-start"
          shadow="md"
          width={320}
          trapFocus
          returnFocus
          hideDetached={false}
          dropdown={{ p: "sm", "aria-label": label, children: children(() => setOpened(false)) }}
        />
      )}
    </>
  );
}
