"use client";

import { ShownOnce } from "@/components/shown-once";

/** Shows an endpoint's secret, once. */
export function SecretOnce({
  secret,
  rotated,
  onClose,
}: {
  secret: string;
  rotated: boolean;
  onClose: () => void;
}) {
  return (
    <ShownOnce
      title={rotated ? "Secret rotated" : "Endpoint added"}
      label="Secret"
      value={secret}
      onClose={onClose}
    >
      Give it to your program, which verifies messages by it (Standard Webhooks). It won’t be shown again.
      {rotated && " For 24 hours messages are signed with the old one too."}
    </ShownOnce>
  );
}
