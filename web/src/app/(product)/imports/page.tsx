import type { Metadata } from "next";

import { ImportsPage } from "@/features/loans/components/imports-page";

export const metadata: Metadata = { title: "Imports" };

export default function Route() {
  return <ImportsPage />;
}
