"use client";

import { Button, CloseButton, Popover } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";

import classes from "./filter-bar.module.css";

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
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      shadow="md"
      width={320}
      trapFocus
      returnFocus
      hideDetached={false}
    >
      <div className={classes.pill} data-set={value !== null || undefined}>
        <Popover.Target>
          <Button
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
        </Popover.Target>
        {value !== null && (
          <CloseButton
            size="sm"
            radius="xl"
            aria-label={`Remove the filter ${label.toLowerCase()}: ${value}`}
            onClick={onRemove}
          />
        )}
      </div>
      <Popover.Dropdown p="sm" aria-label={label}>
        {children(() => setOpened(false))}
      </Popover.Dropdown>
    </Popover>
  );
}
