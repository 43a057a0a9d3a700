"use client";

import { Center, Loader } from "@mantine/core";
import { useTimeout } from "@mantine/hooks";
import { useState } from "react";

const PATIENCE = 200;

/** A spinner that shows only after a moment: what comes at once needs none. */
export function Waiting({ page = false }: { page?: boolean }) {
  const [late, setLate] = useState(false);
  useTimeout(() => setLate(true), PATIENCE, { autoInvoke: true });
  return (
    <Center h={page ? "100dvh" : 160} aria-busy="true" aria-live="polite">
      {late ? <Loader aria-label="Loading" /> : null}
    </Center>
  );
}
