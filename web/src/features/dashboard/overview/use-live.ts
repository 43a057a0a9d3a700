"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";

import { figureChanges, followFigures, type Liveness } from "./api/live";

/**
 * Keep everything of the dashboard as new as the server's: `sequence` is that of the figures shown, once there are any.
 * A tab that nobody looks at follows nothing, and catches up when it is looked at again.
 */
export function useLive(sequence: number | undefined): Liveness {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>("live");
  const shown = useEffectEvent(() => sequence ?? 0);
  const ready = sequence !== undefined;

  // The stream of events is outside of React, and lives as long as the page.
  useEffect(() => {
    if (!ready) return undefined;
    const watching = new AbortController();
    // What is on its way is let finish: cancelling it for each of many changes would show none of them.
    const refresh = () => queries.invalidateQueries({ queryKey: ["dashboard"] }, { cancelRefetch: false });
    void followFigures(figureChanges, shown(), watching.signal, refresh, setLiveness);
    return () => watching.abort();
  }, [ready, queries]);

  return liveness;
}
