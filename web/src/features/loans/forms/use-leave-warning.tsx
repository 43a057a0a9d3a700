"use client";

import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef } from "react";

import { guardLeaving } from "@/components/leaving";

/** A step through the tab's history that is about to be made; TypeScript's types of the browser lack it yet. */
interface Traversal extends Event {
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  readonly destination: { readonly key: string; readonly url: string };
}

interface Navigation extends EventTarget {
  traverseTo(key: string): unknown;
}

const navigation = (): Navigation | undefined =>
  (window as unknown as { readonly navigation?: Navigation }).navigation;

const QUESTION = "leave-without-saving";

/**
 * Ask before a page with something unsaved is left: by closing the tab, by a link, a key, a command or a button of ours,
 * by going back or forward.
 */
export function useLeaveWarning(unsaved: () => boolean): void {
  const router = useRouter();
  const leaving = useRef(false);
  const ask = (leave: () => void, forgets = false) => {
    modals.close(QUESTION);
    modals.openConfirmModal({
      modalId: QUESTION,
      title: "Leave without saving?",
      children: (
        <Text size="sm">
          {forgets
            ? "What you entered is not saved, and it is forgotten when you sign out."
            : "What you entered is kept in this tab until you close it, but it is not saved."}
        </Text>
      ),
      labels: { confirm: "Leave", cancel: "Stay" },
      onConfirm: leave,
    });
  };
  const onLeave = useEffectEvent((event: BeforeUnloadEvent) => {
    if (unsaved() && !leaving.current) event.preventDefault();
  });
  const onClick = useEffectEvent((event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || event.button !== 0 || link.target === "_blank") return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || isHere(link) || !unsaved()) return;
    event.preventDefault();
    event.stopPropagation();
    const to = link.pathname + link.search + link.hash;
    ask(() => router.push(to));
  });
  const onDeed = useEffectEvent((leave: () => void, forgets: boolean) => {
    if (!unsaved()) return leave();
    ask(() => {
      leaving.current = forgets; // who signs out has been asked, so the browser need not ask again
      leave();
    }, forgets);
  });
  // Going back is held up before anything has happened, which the router could not undo. Where the browser has no such
  // event, or lets nobody hold it up (twice in a row without touching the page), the draft is kept all the same.
  const onTraverse = useEffectEvent((event: Traversal) => {
    const { navigationType, destination, cancelable } = event;
    if (navigationType !== "traverse" || !cancelable || leaving.current) return;
    if (isHere(new URL(destination.url)) || !unsaved()) return;
    event.preventDefault();
    ask(() => {
      leaving.current = true;
      navigation()?.traverseTo(destination.key);
    });
  });
  // The browser's own events, before the router sees them.
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => onLeave(event);
    const click = (event: MouseEvent) => onClick(event);
    const traverse = (event: Event) => onTraverse(event as Traversal);
    const tab = navigation();
    window.addEventListener("beforeunload", leave);
    document.addEventListener("click", click, { capture: true });
    tab?.addEventListener("navigate", traverse);
    const unguarded = guardLeaving((go, forgets) => onDeed(go, forgets));
    return () => {
      unguarded();
      window.removeEventListener("beforeunload", leave);
      document.removeEventListener("click", click, { capture: true });
      tab?.removeEventListener("navigate", traverse);
      modals.close(QUESTION); // the page has been left after all: there is nothing to ask any more
    };
  }, []);
}

const isHere = ({ pathname, search }: Pick<Location, "pathname" | "search">): boolean =>
  pathname + search === location.pathname + location.search;
