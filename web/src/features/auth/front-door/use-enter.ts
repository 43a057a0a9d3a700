"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { Problem } from "@/api/problem";
import { showCode, signIn } from "@/api/session";

import { nextPath } from "./next-path";

/** Where a page that signs in by a new password goes for the code that is needed, too: it is asked for there. */
const SIGN_IN = "/sign-in/";

interface Enter {
  /** Sign in and go on; nothing that was read for another member stays in memory. */
  enter: (email: string, password: string) => Promise<void>;
  enterByCode: (challenge: string, code: string) => Promise<void>;
}

export function useEnter(): Enter {
  const queries = useQueryClient();
  const router = useRouter();
  const goOn = () => {
    queries.removeQueries();
    router.replace(nextPath(location.search, location.origin));
  };
  return {
    enter: async (email, password) => {
      try {
        await signIn(email, password);
      } catch (error) {
        if (!(error instanceof Problem) || error.challenge === null || location.pathname === SIGN_IN)
          throw error;
        router.replace(SIGN_IN);
        return;
      }
      goOn();
    },
    enterByCode: async (challenge, code) => {
      await showCode(challenge, code);
      goOn();
    },
  };
}
