"use client";

import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";

const SESSION_HAD_ENDED = new Problem({
  status: 401,
  title: "Not saved",
  detail: "Your session ended. Sign in again, then save. Your edits are kept.",
});

/** Why something could not be saved, where it is not said of a field. */
export function SaveProblem({ problem }: { problem: Error | null }) {
  if (problem === null || (problem instanceof Problem && problem.errors.length > 0)) return null;
  const ended = problem instanceof Problem && problem.status === 401;
  return <ProblemNotice problem={ended ? SESSION_HAD_ENDED : problem} />;
}
