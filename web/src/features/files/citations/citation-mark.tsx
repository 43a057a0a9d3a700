"use client";

import { ActionIcon, Popover, Stack, Text } from "@mantine/core";
import { IconQuote } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { useMay } from "@/api/me";

import { loanCitationsQuery } from "./api/citations";
import { valueAt } from "./citable-fields";
import { CitationCard } from "./citation-card";
import { outdated } from "./standing";

/** Beside a loan's term: where it is written; nothing where nobody has said so. */
export function CitationMark({ loan, field, label }: { loan: { id: string }; field: string; label: string }) {
  return useMay("file.read") ? <Cited loan={loan} field={field} label={label} /> : null;
}

function Cited({ loan, field, label }: { loan: { id: string }; field: string; label: string }) {
  const { data } = useQuery(loanCitationsQuery(loan.id));
  const citations = data?.filter((citation) => citation.field === field) ?? [];
  if (citations.length === 0) return null;
  const now = valueAt(loan, field);
  const holds = citations.some((citation) => outdated(citation, now) === null);
  const confirmed = citations.some(
    (citation) => outdated(citation, now) === null && citation.confirmedBy !== null,
  );
  const standing = !holds ? "out of date" : confirmed ? "confirmed" : "not confirmed yet";
  return (
    <Popover width={340} position="bottom" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          size={24}
          ms={4}
          variant="subtle"
          color={!holds ? "red" : confirmed ? "green" : "gray"}
          style={{ verticalAlign: -5 }}
          aria-label={`Where “${label}” is cited from: ${standing}`}
        >
          <IconQuote size={14} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          <Text size="xs" c="dimmed">{`${label} is cited from`}</Text>
          {citations.map((citation) => (
            <CitationCard key={citation.id} citation={citation} now={now} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
