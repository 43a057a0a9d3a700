import type { Column, Totals } from "./column";
import classes from "./table.module.css";

/** Totals below the rows, in sight wherever the rows are. */
export function TableFoot<Row>({
  totals,
  columns,
  selectable,
  rowCount,
}: {
  totals: readonly Totals[];
  columns: readonly Column<Row>[];
  selectable: boolean;
  rowCount: number;
}) {
  if (totals.length === 0) return null;
  return (
    <tfoot role="rowgroup">
      {totals.map(({ id, label, cells }, place) => (
        <tr key={id} role="row" aria-rowindex={rowCount + 2 + place}>
          {selectable && <td role="gridcell" className={classes.check} />}
          {columns.map((column, at) =>
            at === 0 ? (
              <th key={column.id} role="rowheader" scope="row" className={classes.first}>
                {label}
              </th>
            ) : (
              <td
                key={column.id}
                role="gridcell"
                data-align={column.align}
                data-label={column.header}
                data-blank={cells[column.id] == null || undefined}
              >
                {cells[column.id]}
              </td>
            ),
          )}
        </tr>
      ))}
    </tfoot>
  );
}
