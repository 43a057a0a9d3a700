import type { Metadata } from "next";

import { RatesPage } from "@/features/loans/rates/rates-page";

export const metadata: Metadata = { title: "Rates" };

export default function Route() {
  return <RatesPage />;
}
