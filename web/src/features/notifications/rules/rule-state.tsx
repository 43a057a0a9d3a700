import { Badge } from "@mantine/core";

/** Whether a rule watches, or rests. */
export function RuleState({ active }: { active: boolean }) {
  return (
    <Badge size="sm" tt="none" miw="max-content" variant="light" color={active ? undefined : "gray"}>
      {active ? "Watching" : "Paused"}
    </Badge>
  );
}
