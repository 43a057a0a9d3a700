import { List, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { count, moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

type Step = Schemas["StepView"];

const COUNTED: Readonly<Record<string, readonly [string, string]>> = {
  assignedDates: ["assigned date", "assigned dates"],
  calendarAddresses: ["calendar address", "calendar addresses"],
  dates: ["date", "dates"],
  documents: ["document", "documents"],
  escalations: ["escalation", "escalations"],
  funds: ["fund", "funds"],
  givenNotifications: ["assigned notification", "assigned notifications"],
  inbox: ["notification", "notifications"],
  kept: ["thing that stays", "things that stay"],
  lenders: ["lender", "lenders"],
  loans: ["loan", "loans"],
  mails: ["email", "emails"],
  notes: ["note", "notes"],
  pausedReportSchedules: ["paused report schedule", "paused report schedules"],
  portfolios: ["portfolio", "portfolios"],
  preferences: ["set of preferences", "sets of preferences"],
  privateNotes: ["private note", "private notes"],
  properties: ["property", "properties"],
  reportSchedules: ["report schedule", "report schedules"],
  rules: ["rule", "rules"],
  savedViews: ["saved view", "saved views"],
  shareLinks: ["share link", "share links"],
  uploads: ["upload", "uploads"],
};

/** How far each service is; one that has not answered in time is named, with how often it was asked. */
export function DeletionSteps({ steps }: { steps: readonly Step[] }) {
  const formats = useFormats();
  const counted = (counts: Step["counts"]): string => {
    const words = Object.entries(counts).map(([what, number]) => {
      const [one, many] = COUNTED[what] ?? [what, what];
      return `${count(number, formats)} ${number === 1 ? one : many}`;
    });
    return words.length === 0 ? "" : `: ${words.join(", ")}`;
  };
  const said = ({ state, late, attempts, answeredAt, deadline, counts }: Step): string => {
    switch (state) {
      case "waiting":
        return "Waiting for the services before it";
      case "done":
        return `Done, ${moment(answeredAt, formats)}${counted(counts)}`;
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
