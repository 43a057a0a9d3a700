import type { Metadata } from "next";

import { SignUpPage } from "@/features/auth/front-door/sign-up-page";

export const metadata: Metadata = { title: "Begin an organization" };

export default function Route() {
  return <SignUpPage />;
}
