"use client";

import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent } from "react";

/** Ask before a page with something unsaved is left: by closing the tab, or by a link of ours. */
export function useLeaveWarning(unsaved: () => boolean): void {
  const router = useRouter();
  const onLeave = useEffectEvent((event: BeforeUnloadEvent) => {
    if (unsaved()) event.preventDefault();
  });
  const onClick = useEffectEvent((event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || event.button !== 0 || link.target === "_blank") return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const here = location.pathname + location.search;
    if (link.origin !== location.origin || link.pathname + link.search === here || !unsaved()) return;
    event.preventDefault();
    event.stopPropagation();
    const to = link.pathname + link.search + link.hash;
    modals.openConfirmModal({
      title: "Leave without saving?",
      children: (
        <Text size="sm">What you entered is kept in this tab until you close it, but it is not saved.</Text>
      ),
      labels: { confirm: "Leave", cancel: "Stay" },
      onConfirm: () => router.push(to),
    });
  });
  // The browser's own events, before the router sees them.
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => onLeave(event);
    const click = (event: MouseEvent) => onClick(event);
    window.addEventListener("beforeunload", leave);
    document.addEventListener("click", click, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", leave);
      document.removeEventListener("click", click, { capture: true });
    };
  }, []);
}
