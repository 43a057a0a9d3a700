"use client";

import { Alert, Button, Group, Radio, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type Party, partyQuery } from "@/api/parties";
import { ProblemNotice } from "@/components/problem-notice";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useActorName } from "../records/api/members";
import { referencesIn, useNames } from "../records/api/names";
import { type Draft, partyHistoryQuery } from "../records/api/party";
import { differencesOf, mergedBy, plainChoices, type Side } from "../records/merge";
import { draftOf, type Shape } from "../records/shape";
import { partyFieldWords, partyValueWords } from "./party-words";

/**
 * Somebody else changed the thing since it was opened: who, and each field in which both differ, to keep one's own or
 * take theirs. What only one of both changed is chosen already.
 */
export function PartyConflict({
  shape,
  base,
  mine,
  onDecided,
}: {
  shape: Shape;
  base: Party;
  mine: Draft;
  onDecided: (draft: Draft, theirs: Party) => void;
}) {
  const formats = useFormats();
  const nameOf = useActorName();
  const [chosen, setChosen] = useState<Readonly<Record<string, Side>>>({});
  const current = useQuery({ ...partyQuery(shape.kind, base.id), staleTime: 0, refetchOnMount: "always" });
  const history = useQuery({ ...partyHistoryQuery(shape.kind, base.id, 100), refetchOnMount: "always" });
  const names = useNames(referencesIn([mine, current.data]));
  const failure = current.error ?? history.error;
  if (failure !== null) {
    return (
      <ProblemNotice problem={failure} onRetry={() => void (current.error ? current : history).refetch()} />
    );
  }
  const theirs = current.data;
  if (theirs === undefined || current.isFetching || theirs.version === base.version)
    return <Skeleton h={160} />;
  const [from, other] = [draftOf(shape, base), draftOf(shape, theirs)];
  const differences = differencesOf(from, mine, other);
  const choices = { ...plainChoices(differences), ...chosen };
  const changes = (history.data?.items ?? []).filter(({ version }) => version > base.version);
  return (
    <Alert color="orange" title={`This ${shape.noun} was changed while you were editing`} role="alert">
      <Stack gap="sm">
        {changes.length > 0 && (
          <Text size="sm">
            {changes.map(({ actor, at }) => `${nameOf(actor)} on ${moment(at, formats)}`).join("; ")}
          </Text>
        )}
        <Table.ScrollContainer minWidth={480} type="native">
          <Table aria-label="Fields in which both versions differ" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Field</Table.Th>
                <Table.Th scope="col">Yours</Table.Th>
                <Table.Th scope="col">Theirs</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map((difference) => (
                <Table.Tr key={difference.path}>
                  <Table.Th scope="row" fw={500}>
                    {partyFieldWords(shape, difference.path)}
                  </Table.Th>
                  {(["mine", "theirs"] as const).map((side) => (
                    <Table.Td key={side} style={{ overflowWrap: "anywhere" }}>
                      <Radio
                        name={difference.path}
                        checked={choices[difference.path] === side}
                        onChange={() => setChosen((before) => ({ ...before, [difference.path]: side }))}
                        label={
                          <span className="amount">
                            {partyValueWords(shape, difference.path, difference[side], formats, names).join(
                              "; ",
                            )}
                          </span>
                        }
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {differences.length === 0 && <Text size="sm">Both versions say the same now.</Text>}
        <Group gap="sm">
          <Button
            size="xs"
            disabled={differences.some(({ path }) => choices[path] === undefined)}
            onClick={() => onDecided(mergedBy(from, mine, other, choices), theirs)}
          >
            Take these into the form
          </Button>
          <Text size="sm" c="dimmed">
            Nothing is saved before you press Save again.
          </Text>
        </Group>
      </Stack>
    </Alert>
  );
}
