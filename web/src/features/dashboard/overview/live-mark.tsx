"use client";

import { Text } from "@mantine/core";

import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Liveness } from "./api/live";
import classes from "./dashboard.module.css";

/** Whether what is shown follows every change, or since when it may be older. */
export function LiveMark({ liveness, since }: { liveness: Liveness; since: number }) {
  const formats = useFormats();
  const live = liveness === "live";
  return (
    <Text span inherit role="status" className={classes.live} data-live={live || undefined}>
      {live ? "Live" : `Not live: figures of ${moment(new Date(since).toISOString(), formats)}`}
    </Text>
  );
}
