"use client";

import { Text } from "@mantine/core";

import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Liveness } from "./api/live";
import classes from "./dashboard.module.css";

/** Whether changes arrive by themselves, or since when they do not: about the connection, not about the data's age. */
export function LiveMark({ liveness, since }: { liveness: Liveness; since: number }) {
  const formats = useFormats();
  const live = liveness === "live";
  return (
    <Text
      span
      inherit
      role="status"
      className={`${classes.live} no-print`}
      data-live={live || undefined}
      title={live ? "Connected: changes appear by themselves" : undefined}
    >
      {live
        ? "Updates automatically"
        : `Not updating: shown as of ${moment(new Date(since).toISOString(), formats)}`}
    </Text>
  );
}
