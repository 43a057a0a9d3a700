import type { Metadata } from "next";

import { WhatIfPage } from "@/features/dashboard/what-if/what-if-page";

export const metadata: Metadata = { title: "What if" };

export default function Route() {
  return <WhatIfPage />;
}
