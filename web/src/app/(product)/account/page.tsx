import type { Metadata } from "next";

import { AccountPage } from "@/features/auth/account/account-page";

export const metadata: Metadata = { title: "Your account" };

export default function Route() {
  return <AccountPage />;
}
