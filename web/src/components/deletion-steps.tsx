import { List, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { count, moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

type Step = Schemas["StepView"];

/** How far each service is with a deletion; one that has not answered in time is named, with how often it was asked. */
export function DeletionSteps({ steps }: { steps: readonly Step[] }) {
  const formats = useFormats();
  const said = ({ state, late, attempts, answeredAt, deadline }: Step): string => {
    switch (state) {
      case "waiting":
        return "Waiting for the services before it";
      case "done":
        return `Done, ${moment(answeredAt, formats)}`;
      case "refused":
        return "Refused";
      case "not_understood":
        return "Does not know this task yet. It is asked again.";
      default:
        return late
          ? `Has not answered; asked ${count(attempts, formats)} times, again on ${moment(deadline, formats)}`
          : "At work";
    }
  };
  return (
    <List size="sm" spacing="xs">
      {steps.map((step) => (
        <List.Item key={step.service}>
          <Text span fw={500}>
            {word(step.service)}
          </Text>
          : {said(step)}
        </List.Item>
      ))}
    </List>
  );
}
