"use client";

import { Page } from "@/components/page";

import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { Sessions } from "./sessions";

export function AccountPage() {
  return (
    <Page title="Your account">
      <ProfileForm />
      <Sessions />
      <PasswordForm />
    </Page>
  );
}
