"use client";

import { VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";

import { type Problem } from "@/api/problem";

const SECOND = 1000;

/** When it makes sense to try again, counting down; nothing where the server did not say so. */
export function CountDown({ problem }: { problem: Problem }) {
  const { retryAfter } = problem;
  // Another refusal begins another count.
  return retryAfter === null ? null : <Counting key={problem.requestId} seconds={retryAfter} />;
}

function Counting({ seconds }: { seconds: number }) {
  const [until] = useState(() => Date.now() + seconds * SECOND);
  const [left, setLeft] = useState(seconds);
  // The clock is outside of React's tree.
  useEffect(() => {
    const clock = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / SECOND))), SECOND);
    return () => clearInterval(clock);
  }, [until]);
  if (left === 0) return <span>You can try again now.</span>;
  return (
    <span>
      {/* Read out once: a count that ticks aloud would drown everything else. */}
      <VisuallyHidden>{`Try again in ${inWords(seconds)}.`}</VisuallyHidden>
      <span aria-hidden>{`Try again in ${inWords(left)}.`}</span>
    </span>
  );
}

/** `75` as `1:15 minutes`. */
export function inWords(seconds: number): string {
  if (seconds < 60) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} minutes`;
}
