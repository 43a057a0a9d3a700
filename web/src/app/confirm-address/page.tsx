import type { Metadata } from "next";

import { ConfirmAddressPage } from "@/features/auth/front-door/confirm-address-page";

export const metadata: Metadata = { title: "Confirm address" };

export default function Route() {
  return <ConfirmAddressPage />;
}
