"use client";

import { useAddress } from "@/components/address";

/** What is sought in a journal, as the address bar says it; days are the person's own. */
export interface Sought {
  readonly actor: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function useSought(): Sought {
  const [address] = useAddress();
  return {
    actor: address.get("actor") ?? undefined,
    from: begin(address.get("from")),
    to: end(address.get("to")),
  };
}

/** The first moment of a day in the person's time zone. */
export function begin(day: string | null): string | undefined {
  return moment(day, "00:00:00");
}

/** The last moment of a day in the person's time zone. */
export function end(day: string | null): string | undefined {
  return moment(day, "23:59:59.999");
}

function moment(day: string | null, time: string): string | undefined {
  if (day === null || !DAY.test(day)) return undefined;
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
