import type { Metadata } from "next";

import { SolvePage } from "@/features/loans/solving/solve-page";

export const metadata: Metadata = { title: "Check a statement" };

export default function Route() {
  return <SolvePage />;
}
