"use client";

import { Button, Checkbox, Table, Text, VisuallyHidden } from "@mantine/core";

import type { Channel, Preferences, PreferencesDraft, Topic } from "./api/preferences";
import { CHANNELS, TOPICS } from "./preference-words";

const WAYS = Object.keys(CHANNELS) as Channel[];

/** By topic, the channels by which it comes; what is not chosen is as the organization has it, or as it is by itself. */
export function PreferredTopics({
  stored,
  shared,
  chosen,
  onChange,
}: {
  stored: Preferences;
  shared: Preferences | null;
  chosen: PreferencesDraft["channels"];
  onChange: (channels: PreferencesDraft["channels"]) => void;
}) {
  const base = new Map((shared ?? stored).topics.map(({ topic, channels }) => [topic, channels]));
  const mandatory = new Set(stored.topics.filter((each) => each.mandatory).map(({ topic }) => topic));
  /** Null where it is not known before it is saved: a default that was chosen otherwise. */
  const waysOf = (topic: Topic): readonly Channel[] | null =>
    chosen[topic] ??
    (shared === null && stored.chosen.channels[topic] !== undefined ? null : (base.get(topic) ?? []));
  const without = (topic: Topic) =>
    Object.fromEntries(Object.entries(chosen).filter(([known]) => known !== topic));
  return (
    <Table verticalSpacing="xs" aria-label="Topics">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Topic</Table.Th>
          {WAYS.map((way) => (
            <Table.Th key={way} scope="col" w={72}>
              {CHANNELS[way]}
            </Table.Th>
          ))}
          <Table.Th scope="col" miw={64}>
            <VisuallyHidden>Whose choice</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {(Object.keys(TOPICS) as Topic[]).map((topic) => {
          const ways = waysOf(topic);
          const fixed = mandatory.has(topic);
          return (
            <Table.Tr key={topic}>
              <Table.Th scope="row" fw={400}>
                <Text size="sm" fw={600}>
                  {TOPICS[topic].label}
                </Text>
                <Text size="xs" c="dimmed">
                  {TOPICS[topic].about}
                </Text>
              </Table.Th>
              {WAYS.map((way) => (
                <Table.Td key={way}>
                  <Checkbox
                    aria-label={`${TOPICS[topic].label}: ${CHANNELS[way].toLowerCase()}`}
                    checked={ways?.includes(way) ?? false}
                    indeterminate={ways === null}
                    disabled={fixed}
                    onChange={({ currentTarget: { checked } }) =>
                      onChange({
                        ...chosen,
                        [topic]: WAYS.filter((each) =>
                          each === way ? checked : (ways?.includes(each) ?? false),
                        ),
                      })
                    }
                  />
                </Table.Td>
              ))}
              <Table.Td ta="end">
                {fixed ? (
                  <Text size="xs" c="dimmed" visibleFrom="xs">
                    Always on
                  </Text>
                ) : chosen[topic] !== undefined ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => onChange(without(topic))}
                    aria-label={`Reset ${TOPICS[topic].label}`}
                  >
                    Reset
                  </Button>
                ) : (
                  <Text size="xs" c="dimmed" visibleFrom="xs">
                    {shared === null ? "Default" : "As for everybody"}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
