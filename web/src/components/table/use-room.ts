"use client";

import { type RefObject, useLayoutEffect, useState } from "react";

const LEAST = 320;

/** How high something may be to end where the window ends, wherever on the page it begins. */
export function useRoom(element: RefObject<HTMLElement | null>, below: number): number {
  const [room, setRoom] = useState(LEAST);
  // Where it begins depends on everything above it, which no style sheet can ask about.
  useLayoutEffect(() => {
    const measure = () => {
      if (element.current === null) return;
      const top = element.current.getBoundingClientRect().top + window.scrollY;
      setRoom(Math.max(LEAST, Math.floor(window.innerHeight - top - below)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (let around = element.current?.parentElement; around; around = around.parentElement)
      observer.observe(around);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [element, below]);
  return room;
}
