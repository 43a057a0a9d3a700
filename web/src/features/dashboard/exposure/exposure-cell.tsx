"use client";

import { useQuery } from "@tanstack/react-query";

import { moneyCell } from "@/components/table/cells";
import { count, percent, UNKNOWN } from "@/format/format";
import { useFormats } from "@/format/formats";

import { dashboardQuery } from "../filters/api/dashboard";
import { loanTotalsQuery } from "../loan-lines/api/loan-lines";
import type { ExposureField } from "./api/exposure";

const COMPOSITIONS = { lenderId: "lender", fundId: "fund", portfolioId: "portfolio" } as const;

/** What is owed in a list of lenders, funds or portfolios: one figure of one of them. */
export function ExposureCell({
  field,
  id,
  show,
}: {
  field: Exclude<ExposureField, "propertyId">;
  id: string;
  show: "balance" | "loans" | "share";
}) {
  const formats = useFormats();
  const { data } = useQuery(dashboardQuery({}));
  const composition = data?.compositions[COMPOSITIONS[field]];
  const slice = composition?.slices.find(({ key }) => key === id);
  // The dashboard names the largest; only beyond them is each asked for.
  const beyond = composition !== undefined && slice === undefined && composition.further > 0;
  const totals = useQuery({ ...loanTotalsQuery({ [field]: [id] }), enabled: beyond }).data;
  if (composition === undefined || (beyond && totals === undefined)) return "…";
  if (show === "share") return slice === undefined ? UNKNOWN : percent(slice.share, formats);
  if (show === "loans") return count(slice?.loans ?? totals?.loanCount.loans ?? 0, formats);
  return moneyCell(slice?.balance ?? totals?.outstanding.value ?? "0.00", formats);
}
