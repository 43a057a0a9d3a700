import type { Metadata } from "next";

import { ImportsPage } from "@/features/loans/imports/imports-page";

export const metadata: Metadata = { title: "Imports" };

export default function Route() {
  return <ImportsPage />;
}
