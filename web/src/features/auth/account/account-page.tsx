"use client";

import { Page } from "@/components/page";

import { AddressForm } from "./address-form";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { SecondFactor } from "./second-factor";
import { Sessions } from "./sessions";
import { UnverifiedNotice } from "./unverified-notice";

export function AccountPage() {
  return (
    <Page title="Your account">
      <UnverifiedNotice />
      <ProfileForm />
      <Sessions />
      <PasswordForm />
      <SecondFactor />
      <AddressForm />
    </Page>
  );
}
