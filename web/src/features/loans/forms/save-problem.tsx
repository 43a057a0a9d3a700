"use client";

import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";

const SESSION_HAD_ENDED = new Problem({
  status: 401,
  title: "It was not saved",
  detail: "Your session had ended. Nothing you entered is lost: once you are signed in again, save again.",
});

/** Why something could not be saved, where it is not said of a field. */
export function SaveProblem({ problem }: { problem: Error | null }) {
  if (problem === null || (problem instanceof Problem && problem.errors.length > 0)) return null;
  const ended = problem instanceof Problem && problem.status === 401;
  return <ProblemNotice problem={ended ? SESSION_HAD_ENDED : problem} />;
}
