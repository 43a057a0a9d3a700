"use client";

import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, Stack, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconColumns3 } from "@tabler/icons-react";
import { useRef } from "react";

import { moved } from "./choice";
import type { Column } from "./column";
import { type Columns, isStandard } from "./use-columns";

/** Which columns are shown, and in which order. */
export function ColumnsMenu<Row>({
  table,
  columns,
  onReset,
}: {
  table: Columns;
  columns: readonly Column<Row>[];
  onReset: () => void;
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
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus withinPortal>
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
        <ScrollArea.Autosize mah="min(26rem, 60dvh)" type="auto">
          <Stack gap={2} p="xs" ref={list}>
            {columnOrder.map((id, place) => {
              const column = columns.find((known) => known.id === id);
              const shown = table.getColumn(id);
              if (column === undefined || shown === undefined) return null;
              return (
                <Group key={id} gap={4} wrap="nowrap" justify="space-between" mih={28}>
                  <Checkbox
                    size="xs"
                    label={column.header}
                    title={column.meaning}
                    checked={shown.getIsVisible()}
                    disabled={!shown.getCanHide()}
                    onChange={shown.getToggleVisibilityHandler()}
                  />
                  {place > 0 && (
                    <Group gap={2} wrap="nowrap">
                      <ActionIcon
                        size={24}
                        variant="subtle"
                        color="gray"
                        data-moves={id}
                        aria-label={`Move ${column.header} up`}
                        disabled={place === 1}
                        onClick={() => move(id, -1)}
                      >
                        <IconArrowUp size={14} aria-hidden />
                      </ActionIcon>
                      <ActionIcon
                        size={24}
                        variant="subtle"
                        color="gray"
                        data-moves={id}
                        aria-label={`Move ${column.header} down`}
                        disabled={place === columnOrder.length - 1}
                        onClick={() => move(id, 1)}
                      >
                        <IconArrowDown size={14} aria-hidden />
                      </ActionIcon>
                    </Group>
                  )}
                </Group>
              );
            })}
          </Stack>
        </ScrollArea.Autosize>
        <Group
          justify="space-between"
          gap="md"
          p="xs"
          wrap="nowrap"
          style={{ borderTop: "1px solid var(--surface-border)" }}
        >
          <Text size="xs" c="dimmed">
            Kept on this device
          </Text>
          <Button size="compact-xs" variant="subtle" onClick={onReset} disabled={isStandard(table, columns)}>
            Reset
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
