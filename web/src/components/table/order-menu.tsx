import { NativeSelect } from "@mantine/core";

import type { Column } from "./column";

/** The order of a list whose headings are not shown. */
export function OrderMenu<Row>({
  columns,
  order,
  onOrder,
}: {
  columns: readonly Column<Row>[];
  order: string | undefined;
  onOrder: (order: string) => void;
}) {
  const choices = columns.flatMap(({ header, order: by }) =>
    by === undefined
      ? []
      : [
          { value: by, label: `${header} ↑` },
          { value: `-${by}`, label: `${header} ↓` },
        ],
  );
  return (
    <NativeSelect
      aria-label="Order"
      size="xs"
      data={choices}
      value={order}
      onChange={(event) => onOrder(event.currentTarget.value)}
    />
  );
}
