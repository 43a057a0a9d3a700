import type { Metadata } from "next";

import { ForecastPage } from "@/features/dashboard/forecast/forecast-page";

export const metadata: Metadata = { title: "Debt service" };

export default function Route() {
  return <ForecastPage />;
}
