"use client";

import { Button, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loanHistoryQuery } from "../records/api/loan";
import { useActorName } from "../records/api/members";
import { referencesIn, useNames } from "../records/api/names";
import type { Loan } from "../records/loan-draft";
import { useLoanAddress } from "../records/use-loan-address";
import { LoanChange } from "./loan-change";

const FEW = 50;
const MOST = 500;

/** Who changed what and when, newest first, and the loan as it was known at any of these times. */
export function LoanHistory({ loan }: { loan: Loan }) {
  const formats = useFormats();
  const { go } = useLoanAddress();
  const [limit, setLimit] = useState(FEW);
  const { data, error, refetch, isPlaceholderData } = useQuery(loanHistoryQuery(loan.id, limit));
  const actorName = useActorName();
  const names = useNames(
    (data?.items ?? []).flatMap(({ fields }) =>
      fields.flatMap(({ field, before, after }) => referencesIn([before, after], field)),
    ),
  );
  if (error && data === undefined) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={420} />;
  return (
    <Stack gap="md">
      <Surface title="View an earlier version">
        <AsKnownAt onChoose={(asKnownAt) => go({ asKnownAt, tab: "overview" })} />
      </Surface>
      <Surface
        title={`${count(data.items.length, formats)}${data.complete ? "" : "+"} ${data.items.length === 1 ? "change" : "changes"}`}
      >
        <Stack gap={0} component="ol" style={{ listStyle: "none", margin: 0, padding: 0 }}>
          {data.items.map((change, index) => (
            <LoanChange
              key={change.sequence}
              change={change}
              loanId={loan.id}
              newest={index === 0}
              newestSequence={data.items[0]?.sequence ?? change.sequence}
              actor={actorName(change.actor)}
              names={names}
            />
          ))}
        </Stack>
        {!data.complete &&
          (limit < MOST ? (
            <Button
              mt="sm"
              size="xs"
              variant="default"
              loading={isPlaceholderData}
              onClick={() => setLimit(MOST)}
            >
              Show older changes
            </Button>
          ) : (
            <Text size="sm" c="dimmed" mt="sm">
              {`These are the latest ${count(MOST, formats)}. Older ones are in the audit trail.`}
            </Text>
          ))}
      </Surface>
    </Stack>
  );
}

/** A date and time in the person's own time zone, as the server takes it. */
function AsKnownAt({ onChoose }: { onChoose: (asKnownAt: string) => void }) {
  const [text, setText] = useState("");
  const moment = text === "" ? null : new Date(text);
  const valid = moment !== null && !Number.isNaN(moment.getTime());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onChoose(moment.toISOString());
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          type="datetime-local"
          label="Date and time"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!valid}>
          View as of this date
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        Shows the loan as it was recorded at that moment.
      </Text>
    </form>
  );
}
