"use client";

import { Anchor, Badge, Button, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconClockSearch } from "@tabler/icons-react";
import Link from "@/components/link";
import { useState } from "react";

import { type Schemas, idempotencyKey } from "@/api/client";
import { useMay } from "@/api/me";
import { showUndo } from "@/components/undo";
import { date, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useRestoreLoan } from "../records/api/loan-changes";
import { importOf, shownFields } from "../records/change-fields";
import { fieldWords, type Names, valueWords } from "../records/field-words";
import { useLoanAddress } from "../records/use-loan-address";
import classes from "./loan-change.module.css";

const FEW = 8;
const DONE = { created: "Created", changed: "Changed", deleted: "Deleted" } as const;

/** One change of a loan: who, when, and every field before and after. */
export function LoanChange({
  change,
  loanId,
  newest,
  newestSequence,
  actor,
  names,
}: {
  change: Schemas["Change"];
  loanId: string;
  newest: boolean;
  newestSequence: number;
  actor: string;
  names: Names;
}) {
  const formats = useFormats();
  const { go } = useLoanAddress();
  const mayWrite = useMay("portfolio.write");
  const restore = useRestoreLoan(loanId);
  const fields = shownFields(change.fields);
  const [all, setAll] = useState(false);
  const shown = all ? fields : change.action === "changed" ? fields.slice(0, FEW) : [];
  const importId = importOf(change.fields);
  const bringBack = () =>
    restore.mutate(
      { sequence: change.sequence, key: idempotencyKey() },
      {
        onSuccess: () =>
          showUndo(`The version of ${moment(change.at, formats)} is back`, () =>
            restore.mutateAsync({ sequence: newestSequence, key: idempotencyKey() }),
          ),
        onError: (error) =>
          notifications.show({
            color: "red",
            title: "Not restored",
            message: error.message,
            autoClose: false,
          }),
      },
    );
  return (
    <li className={classes.change}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Text component="div" size="sm" style={{ overflowWrap: "anywhere" }} flex="1 1 20rem">
          <strong>{actor}</strong>
          {` · ${moment(change.at, formats)} · version ${change.version} `}
          <Badge variant="default" tt="none" fw={500} ms={4}>
            {DONE[change.action]}
          </Badge>
          {newest && change.action !== "deleted" && (
            <Badge variant="default" tt="none" fw={700} ms={4}>
              Current
            </Badge>
          )}
          {importId !== null && (
            <>
              {" by "}
              <Anchor component={Link} inherit underline="always" href={`/import/?id=${importId}`}>
                an import
              </Anchor>
            </>
          )}
          <Text span inherit c="dimmed">{` · business date ${date(change.businessDate, formats)}`}</Text>
        </Text>
        {change.action !== "deleted" && (
          <Group gap={4} className="no-print">
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={<IconClockSearch size={14} aria-hidden />}
              onClick={() => go({ asKnownAt: change.at, tab: "overview" })}
            >
              View this version
            </Button>
            {!newest && mayWrite && (
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                leftSection={<IconArrowBackUp size={14} aria-hidden />}
                loading={restore.isPending}
                onClick={bringBack}
              >
                Restore this version
              </Button>
            )}
          </Group>
        )}
      </Group>
      {shown.length > 0 && (
        <Table
          aria-label={`Fields changed in version ${change.version}`}
          fz="sm"
          verticalSpacing={3}
          layout="fixed"
        >
          {/* The columns say themselves what they are; who does not see them is told. */}
          <VisuallyHidden component="thead">
            <Table.Tr>
              <Table.Th scope="col">Field</Table.Th>
              <Table.Th scope="col">Before</Table.Th>
              <Table.Th scope="col">After</Table.Th>
            </Table.Tr>
          </VisuallyHidden>
          <Table.Tbody>
            {shown.map(({ field, before, after }) => (
              <Table.Tr key={field}>
                <Table.Th scope="row" fw={400} c="dimmed" className={classes.cell}>
                  {fieldWords(field, names)}
                </Table.Th>
                <Table.Td className={`amount ${classes.cell}`}>
                  {change.action === "created" ? "" : valueWords(field, before, formats, names).join(", ")}
                </Table.Td>
                <Table.Td className={`amount ${classes.cell}`} fw={550}>
                  {valueWords(field, after, formats, names).join(", ")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {fields.length > shown.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {shown.length === 0 ? `Show its ${fields.length} fields` : `Show all ${fields.length} fields`}
        </Button>
      )}
      {fields.length === 0 && (
        <Text size="xs" c="dimmed">
          No field that a person sees.
        </Text>
      )}
    </li>
  );
}
