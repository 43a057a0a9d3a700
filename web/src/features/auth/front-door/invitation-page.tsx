"use client";

import { invitationQuery } from "./api/front-door";
import { JoinForm } from "./join-form";
import { OfLink, Onward } from "./of-link";

export function InvitationPage() {
  return (
    <OfLink
      title="Your invitation"
      query={invitationQuery}
      incomplete="An invitation’s link ends in a long code after a # sign. Copy all of it into the address bar, or ask whoever sent it to send it again."
      over={({ message }) => ({
        title: "This invitation is no longer valid",
        words: `${message} A link is good for seven days and for one person, and can be withdrawn. If you have joined by it already, sign in.`,
      })}
      onward={<Onward href="/sign-in/">Sign in</Onward>}
    >
      {(token, offer) => <JoinForm token={token} offer={offer} />}
    </OfLink>
  );
}
