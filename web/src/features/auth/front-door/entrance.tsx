"use client";

import { Button } from "@mantine/core";
import Link from "@/components/link";
import { useSyncExternalStore } from "react";

import { deviceNote } from "@/api/device";

/** The ways in: to the dashboard for who is signed in on this device, else to sign in or to begin. */
export function Entrance({ place }: { place: "header" | "hero" | "foot" }) {
  // Known on this device alone; the page as it was built, and without a script, is for whoever is new.
  const open = useSyncExternalStore(
    unchanging,
    () => deviceNote() === "open",
    () => false,
  );
  const size = place === "hero" ? "md" : "sm";
  if (open) {
    return (
      <Button component={Link} href="/dashboard/" size={size} prefetch={false}>
        Open the dashboard
      </Button>
    );
  }
  return (
    <>
      {place !== "header" && (
        <Button component={Link} href="/sign-up/" size={size} prefetch={false}>
          Create your organization
        </Button>
      )}
      <Button component={Link} href="/sign-in/" size={size} variant="default" prefetch={false}>
        Sign in
      </Button>
    </>
  );
}

const unchanging = () => () => undefined;
