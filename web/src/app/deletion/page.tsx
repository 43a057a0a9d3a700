import type { Metadata } from "next";

import { DeletionPage } from "@/features/auth/front-door/deletion-page";

export const metadata: Metadata = { title: "Deletion" };

export default function Route() {
  return <DeletionPage />;
}
