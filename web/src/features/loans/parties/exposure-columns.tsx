import type { ComponentType } from "react";

import { moneyCell } from "@/components/table/cells";
import type { Column } from "@/components/table/column";
import { count, percent, UNKNOWN } from "@/format/format";

import type { ExposurePage, Owed } from "../records/api/party";

/** Shows one figure of what is owed; from whoever computes it. */
export type ExposureCell = ComponentType<{
  field: "lenderId" | "fundId" | "portfolioId";
  id: string;
  show: "balance" | "loans" | "share";
}>;

/** What is owed, from whoever computes that: a figure in a list, and a list in the order of it. */
export interface ExposureSource {
  readonly Cell: ExposureCell;
  readonly page: ExposurePage;
}

/** The columns of what is owed; a press of a heading asks for the list in the order of it. */
export function owed<Row extends { id: string; exposure?: Owed }>(
  field: "lenderId" | "fundId" | "portfolioId",
  Exposure: ExposureCell | undefined,
): readonly Column<Row>[] {
  if (Exposure === undefined) return [];
  const column = (show: "balance" | "loans" | "share", header: string, width: number): Column<Row> => ({
    id: show,
    header,
    width,
    align: "end",
    card: show !== "share",
    // The share is in the order of the balance.
    ...(show === "share" ? {} : { order: show, firstOrder: "descending" }),
    cell: ({ id, exposure }, formats) => {
      if (exposure === undefined) return <Exposure field={field} id={id} show={show} />;
      if (show === "share") return exposure.loans === 0 ? UNKNOWN : percent(exposure.share, formats);
      return show === "loans" ? count(exposure.loans, formats) : moneyCell(exposure.balance, formats);
    },
  });
  return [column("balance", "Outstanding", 156), column("loans", "Loans", 84), column("share", "Share", 76)];
}
