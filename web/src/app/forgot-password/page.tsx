import type { Metadata } from "next";

import { ForgotPasswordPage } from "@/features/auth/front-door/forgot-password-page";

export const metadata: Metadata = { title: "Forgot password" };

export default function Route() {
  return <ForgotPasswordPage />;
}
