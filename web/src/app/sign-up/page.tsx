import type { Metadata } from "next";

import { SignUpPage } from "@/features/auth/front-door/sign-up-page";

export const metadata: Metadata = { title: "Create your organization" };

export default function Route() {
  return <SignUpPage />;
}
