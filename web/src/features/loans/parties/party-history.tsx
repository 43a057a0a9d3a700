"use client";

import { Anchor, Badge, Button, Group, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Party } from "@/api/parties";
import Link from "@/components/link";
import { notDone } from "@/components/not-done";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { useMay } from "@/api/me";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { showUndo } from "@/components/undo";
import { count, date, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useActorName } from "../records/api/members";
import { referencesIn, useNames } from "../records/api/names";
import { partyChanged, partyHistoryQuery, restoreParty } from "../records/api/party";
import { importOf, shownFields } from "../records/change-fields";
import type { Names } from "../records/field-words";
import type { Shape } from "../records/shape";
import { partyFieldWords, partyValueWords } from "./party-words";
import classes from "./party.module.css";

const FEW = 50;
const MOST = 500;
const DONE = { created: "Created", changed: "Changed", deleted: "Deleted" } as const;

/** Who changed what and when, newest first; any version can be brought back. */
export function PartyHistory({ shape, thing }: { shape: Shape; thing: Party }) {
  const formats = useFormats();
  const [limit, setLimit] = useState(FEW);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    partyHistoryQuery(shape.kind, thing.id, limit),
  );
  const names = useNames(
    (data?.items ?? []).flatMap(({ fields }) =>
      fields.flatMap(({ field, before, after }) => referencesIn([before, after], field)),
    ),
  );
  if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={320} radius="md" />;
  return (
    <Surface
      title={`${count(data.items.length, formats)}${data.complete ? "" : "+"} ${data.items.length === 1 ? "change" : "changes"}`}
    >
      <Stack gap={0} component="ol" m={0} p={0}>
        {data.items.map((change) => (
          <Change key={change.sequence} shape={shape} thing={thing} change={change} names={names} />
        ))}
      </Stack>
      {!data.complete && limit < MOST && (
        <Button
          mt="sm"
          size="xs"
          variant="default"
          loading={isPlaceholderData}
          onClick={() => setLimit(MOST)}
        >
          Show older changes
        </Button>
      )}
    </Surface>
  );
}

function Change({
  shape,
  thing,
  change,
  names,
}: {
  shape: Shape;
  thing: Party;
  change: Schemas["Change"];
  names: Names;
}) {
  const formats = useFormats();
  const client = useQueryClient();
  const actor = useActorName()(change.actor);
  const mayWrite = useMay("portfolio.write");
  const now = change.version === thing.version;
  const fields = shownFields(change.fields);
  const importId = importOf(change.fields);
  const [opened, setOpened] = useState(change.action === "changed");
  const restore = useMutation({
    mutationFn: (sequence: number) => restoreParty(shape.kind, thing.id, sequence),
    onSuccess: (restored) => {
      const { data } = { data: client.getQueryData(partyHistoryQuery(shape.kind, thing.id, FEW).queryKey) };
      const before = data?.items.find(({ version }) => version === thing.version);
      partyChanged(client, shape.kind, restored);
      if (before !== undefined) {
        showUndo(`The version of ${moment(change.at, formats)} is back.`, async () =>
          partyChanged(client, shape.kind, await restoreParty(shape.kind, thing.id, before.sequence)),
        );
      }
    },
    onError: notDone("Not restored"),
  });
  return (
    <li className={classes.change}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Text component="div" size="sm" flex="1 1 20rem" style={{ overflowWrap: "anywhere" }}>
          <strong>{actor}</strong>
          {` · ${moment(change.at, formats)} · version ${change.version} `}
          <Badge variant="default" tt="none" fw={500} ms={4}>
            {DONE[change.action]}
          </Badge>
          {now && (
            <Badge variant="light" tt="none" fw={500} ms={4}>
              Current
            </Badge>
          )}
          {importId !== null && (
            <>
              {" by "}
              <Anchor component={Link} inherit href={`/import/?id=${importId}`}>
                an import
              </Anchor>
            </>
          )}
          <Text span inherit c="dimmed">{` · business date ${date(change.businessDate, formats)}`}</Text>
        </Text>
        <Group gap={4} className="no-print">
          {change.action !== "deleted" && !now && mayWrite && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconArrowBackUp size={14} aria-hidden />}
              loading={restore.isPending}
              onClick={() => restore.mutate(change.sequence)}
            >
              Restore this version
            </Button>
          )}
        </Group>
      </Group>
      {opened && fields.length > 0 && (
        <Table aria-label={`Fields of version ${change.version}`} fz="sm" verticalSpacing={3} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Field</Table.Th>
              <Table.Th scope="col">Before</Table.Th>
              <Table.Th scope="col">After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map(({ field, before, after }) => (
              <Table.Tr key={field}>
                <Table.Th scope="row" fw={400} c="dimmed">
                  {partyFieldWords(shape, field)}
                </Table.Th>
                {[before, after].map((value, index) => (
                  <Table.Td key={index} className="amount" style={{ overflowWrap: "anywhere" }}>
                    {partyValueWords(shape, field, value, formats, names).join("; ")}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {!opened && fields.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={() => setOpened(true)}>
          {`Show its ${fields.length} fields`}
        </Button>
      )}
    </li>
  );
}
