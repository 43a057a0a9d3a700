"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { signIn } from "@/api/session";

import { nextPath } from "./next-path";

/** Sign in and go on; nothing that was read for another member stays in memory. */
export function useEnter(): (email: string, password: string) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return async (email, password) => {
    await signIn(email, password);
    queries.removeQueries();
    router.replace(nextPath(location.search, location.origin));
  };
}
