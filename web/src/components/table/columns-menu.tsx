"use client";

import { Button, Group, Popover, Text } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useRef } from "react";

import { moved } from "./choice";
import type { Column } from "./column";
import classes from "./columns-menu.module.css";
import { type Columns, isStandard } from "./use-columns";

/**
 * Which columns are shown, and in which order. Of the browser's own controls and letters, and there at once: a hundred
 * of Mantine's, or as many icons, would make opening it noticeable, and so would drawing it once more to fade it in.
 */
export function ColumnsMenu<Row>({
  table,
  columns,
  onReset,
  roomy,
  onRoomy,
}: {
  table: Columns;
  columns: readonly Column<Row>[];
  onReset: () => void;
  /** Whether rows stand further apart. */
  roomy: boolean;
  onRoomy: (roomy: boolean) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const { columnOrder } = table.getState();
  const move = (id: string, by: -1 | 1) => {
    table.setColumnOrder((order) => moved(order, id, by));
    // A row that changes its place loses the focus; at the end of the list the other button has it.
    requestAnimationFrame(() => {
      const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>(`[data-moves="${id}"]`) ?? [])];
      const [up, down] = buttons;
      const wanted = by < 0 ? up : down;
      (wanted?.disabled ? buttons.find(({ disabled }) => !disabled) : wanted)?.focus();
    });
  };
  return (
    <Popover
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconColumns3 size={16} aria-hidden />}
          style={{ flexShrink: 0 }}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Columns">
        <div className={classes.choice} ref={list}>
          {columnOrder.map((id, place) => {
            const column = columns.find((known) => known.id === id);
            const shown = table.getColumn(id);
            if (column === undefined || shown === undefined) return null;
            const button = (by: -1 | 1, label: string, end: boolean) => (
              <button
                type="button"
                data-moves={id}
                aria-label={`Move ${column.header} ${label}`}
                disabled={end}
                onClick={() => move(id, by)}
              >
                {by < 0 ? "↑" : "↓"}
              </button>
            );
            return (
              <div key={id} className={classes.choosing}>
                <label title={column.meaning}>
                  <input
                    type="checkbox"
                    checked={shown.getIsVisible()}
                    disabled={!shown.getCanHide()}
                    onChange={shown.getToggleVisibilityHandler()}
                  />
                  {column.header}
                </label>
                {place > 0 && button(-1, "up", place === 1)}
                {place > 0 && button(1, "down", place === columnOrder.length - 1)}
              </div>
            );
          })}
        </div>
        <div className={classes.rows}>
          <label>
            <input
              type="checkbox"
              checked={roomy}
              onChange={({ currentTarget }) => onRoomy(currentTarget.checked)}
            />
            More space between rows
          </label>
        </div>
        <Group
          justify="space-between"
          gap="md"
          p="xs"
          wrap="nowrap"
          style={{ borderTop: "1px solid var(--surface-border)" }}
        >
          <Text size="xs" c="dimmed">
            Saved on this device
          </Text>
          <Button size="compact-xs" variant="subtle" onClick={onReset} disabled={isStandard(table, columns)}>
            Reset
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
