"use client";

import { useActorName } from "./api/members";

/** Who did something, by name. */
export function PartyActor({ actor }: { actor: string }) {
  return useActorName()(actor);
}
