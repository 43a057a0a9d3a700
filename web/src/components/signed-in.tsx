"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";

import { meQuery, useAccessRefusals, useSession } from "@/api/me";
import { renew, sessionRanOutBefore } from "@/api/session";
import { FormatsProvider } from "@/format/formats";

import { ProblemNotice } from "./problem-notice";
import { StillWaiting } from "./still-waiting";
import { Waiting } from "./waiting";

const signInAgain = () => import("./sign-in-again").then((part) => part.SignInAgain);
// Without something to show meanwhile, all around it would be hidden until it has come.
const SignInAgain = dynamic(signInAgain, { loading: () => null });

/** How often a page that met no server looks for it again. */
const LOOK_AGAIN = 10_000;
/** When the page has what it needs: what a session's end needs is then brought too, for that may come without a network. */
const CALM = 5_000;

/**
 * Shows its children to people who are signed in and asks others to sign in. The page outlives the session. `waiting` is
 * shown until it is known who is here, `enrolling` to whom may do nothing before they have added a second factor.
 */
export function SignedIn({
  waiting,
  enrolling,
  children,
}: {
  waiting: ReactNode;
  enrolling: ReactNode;
  children: ReactNode;
}) {
  const session = useSession();
  const refusals = useAccessRefusals();
  const router = useRouter();
  const queries = useQueryClient();
  const renewal = useQuery({
    queryKey: ["session"],
    queryFn: renew,
    enabled: session === "unknown",
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.error ? LOOK_AGAIN : false),
  });
  const me = useQuery({ ...meQuery, enabled: session === "signed-in" });

  useEffect(() => {
    const timer = setTimeout(() => void signInAgain().catch(() => undefined), CALM);
    return () => clearTimeout(timer);
  }, []);

  // Leaving the page is an effect of the session's end, not something that rendering may do.
  useEffect(() => {
    if (session === "signed-out") {
      const ended = sessionRanOutBefore() ? "&ended=true" : "";
      router.replace(`/sign-in/?next=${encodeURIComponent(location.pathname + location.search)}${ended}`);
    }
  }, [session, router]);

  // The server refused what it had allowed: the role has changed, so ask again what the person may do.
  useEffect(() => {
    if (refusals > 0) void queries.invalidateQueries({ queryKey: meQuery.queryKey });
  }, [refusals, queries]);

  const failure = session === "unknown" ? renewal.error : me.error;
  if (failure && me.data === undefined) {
    const retry = () => void (session === "unknown" ? renewal.refetch() : me.refetch());
    return <ProblemNotice problem={failure} onRetry={retry} page />;
  }
  if (session === "left") return <Waiting page />;
  if (me.data === undefined) return waiting;
  return (
    <FormatsProvider currency={me.data.organization.settings.currency}>
      {me.data.enrolls ? enrolling : children}
      {session === "signed-in" && <StillWaiting />}
      {session !== "signed-in" && <SignInAgain session={session} email={me.data.member.email} />}
    </FormatsProvider>
  );
}
