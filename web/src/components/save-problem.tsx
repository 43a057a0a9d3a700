"use client";

import { List } from "@mantine/core";

import { Problem } from "@/api/problem";

import { refusalsElsewhere } from "./fields/refusals";
import { ProblemNotice } from "./problem-notice";

const SESSION_HAD_ENDED = new Problem({
  status: 401,
  title: "Not saved",
  detail: "Your session ended. Sign in again, then save. Your edits are kept.",
});

/**
 * Why something could not be saved, where no field says it: `fields` are those beside which a refusal is said, `all`
 * where the form lists every one of them.
 */
export function SaveProblem({
  problem,
  fields,
}: {
  problem: Error | null;
  fields: readonly string[] | "all";
}) {
  if (problem === null) return null;
  if (!(problem instanceof Problem) || problem.errors.length === 0) {
    const ended = problem instanceof Problem && problem.status === 401;
    return <ProblemNotice problem={ended ? SESSION_HAD_ENDED : problem} />;
  }
  const elsewhere = fields === "all" ? [] : refusalsElsewhere(problem, fields);
  if (elsewhere.length === 0) return null;
  return (
    <ProblemNotice problem={problem}>
      <List size="sm">
        {elsewhere.map((words) => (
          <List.Item key={words}>{words}</List.Item>
        ))}
      </List>
    </ProblemNotice>
  );
}
