"use client";

import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Problem } from "@/api/problem";
import { usePrinting } from "@/components/printing";
import { cssVariables, theme } from "@/theme";

const ATTEMPTS = 2;

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // What the server refused it will refuse again; only what it could not do is worth another attempt.
        retry: (failures, error) =>
          failures < ATTEMPTS && error instanceof Problem && (error.status === 0 || error.status >= 502),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}

/** What wraps every page. */
export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(newQueryClient);
  // Paper is light, whatever the screen is.
  const scheme = usePrinting() ? "light" : undefined;
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        forceColorScheme={scheme}
      >
        <Notifications position="bottom-right" />
        <ModalsProvider>{children}</ModalsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
