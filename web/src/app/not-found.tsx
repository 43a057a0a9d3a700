import type { Metadata } from "next";

import { NotFoundPage } from "@/features/auth/front-door/not-found-page";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return <NotFoundPage />;
}
