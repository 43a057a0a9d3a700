import type { Metadata } from "next";

import { NewPasswordPage } from "@/features/auth/front-door/new-password-page";

export const metadata: Metadata = { title: "New password" };

export default function Route() {
  return <NewPasswordPage />;
}
