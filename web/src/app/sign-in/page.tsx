import type { Metadata } from "next";

import { SignInPage } from "@/features/auth/front-door/sign-in-page";

export const metadata: Metadata = { title: "Sign in" };

export default function Route() {
  return <SignInPage />;
}
