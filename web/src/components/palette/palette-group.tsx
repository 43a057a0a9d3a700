"use client";

import { Kbd } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import Link from "@/components/link";
import type { MouseEvent } from "react";

import classes from "./palette.module.css";

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon: TablerIcon;
  readonly keys?: string;
  /** The address it leads to, or what it does. */
  readonly deed: string | (() => void);
}

/** Options of one kind; `current` is the one that Enter chooses. */
export function PaletteGroup({
  id,
  label,
  options,
  current,
  onPick,
  onChoose,
}: {
  id: string;
  label: string;
  options: readonly Option[];
  current: string | undefined;
  onPick: (id: string) => void;
  onChoose: (option: Option) => void;
}) {
  return (
    <div role="group" aria-label={label}>
      <div aria-hidden className={classes.group}>
        {label}
      </div>
      {options.map((option) => {
        const facts = {
          id: `${id}-${option.id}`,
          role: "option",
          tabIndex: -1,
          "aria-selected": option.id === current,
          className: classes.option,
          onMouseMove: () => {
            if (option.id !== current) onPick(option.id);
          },
          // The field keeps the focus, where typing goes on.
          onMouseDown: (event: MouseEvent) => event.preventDefault(),
        };
        const content = (
          <>
            <option.icon size={18} stroke={1.6} aria-hidden />
            <span className={classes.label} title={option.label}>
              <bdi>{option.label}</bdi>
            </span>
            {option.detail !== undefined && (
              <span className={classes.detail} title={option.detail}>
                <bdi>{option.detail}</bdi>
              </span>
            )}
            {option.keys?.split(" ").map((key, place) => (
              <Kbd key={place} size="xs" aria-hidden>
                {key}
              </Kbd>
            ))}
          </>
        );
        if (typeof option.deed !== "string") {
          return (
            <div key={option.id} {...facts} onClick={() => onChoose(option)}>
              {content}
            </div>
          );
        }
        return (
          <Link
            key={option.id}
            {...facts}
            href={option.deed}
            prefetch={false}
            onClick={(event) => {
              // With a key held the browser opens it elsewhere, and the palette stays.
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onChoose(option);
            }}
          >
            {content}
          </Link>
        );
      })}
    </div>
  );
}
