"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";

import { meQuery, useSession } from "@/lib/api/me";
import { renew } from "@/lib/api/session";
import { FormatsProvider } from "@/lib/format/formats";

import { ProblemNotice } from "./problem-notice";
import { SignInAgain } from "./sign-in-again";
import { Waiting } from "./waiting";

/** Shows its children to who is signed in, asks others to; a session that ends meanwhile takes nothing away. */
export function SignedIn({ children }: { children: ReactNode }) {
  const session = useSession();
  const router = useRouter();
  const renewal = useQuery({
    queryKey: ["session"],
    queryFn: renew,
    enabled: session === "unknown",
    staleTime: Infinity,
  });
  const me = useQuery({ ...meQuery, enabled: session === "signed-in" });

  // Leaving the page is an effect of the session's end, not something that rendering may do.
  useEffect(() => {
    if (session === "signed-out") {
      router.replace(`/sign-in/?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  }, [session, router]);

  const failure = renewal.error ?? (me.data === undefined ? me.error : null);
  if (failure) {
    const retry = () => void (renewal.error ? renewal.refetch() : me.refetch());
    return <ProblemNotice problem={failure} onRetry={retry} page />;
  }
  if (me.data === undefined) return <Waiting page />;
  return (
    <FormatsProvider currency={me.data.organization.settings.currency}>
      {children}
      <SignInAgain opened={session === "ended"} email={me.data.member.email} />
    </FormatsProvider>
  );
}
