"use client";

import { ActionIcon, Anchor, Popover, Stack, Text } from "@mantine/core";
import { IconFileSearch } from "@tabler/icons-react";
import Link from "@/components/link";
import { createContext, use } from "react";

import type { Schemas } from "@/api/client";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./facts.module.css";
import { valueWords } from "./field-words";
import type { Loan } from "./loan-draft";
import { sourceOf, stillSaid } from "./sources";

type Source = Schemas["Source"];

/** The sources of the loan that is shown; none where there is nothing to show of them. */
export const SourcesContext = createContext<{ loan: Loan; sources: ReadonlyMap<string, Source> } | null>(
  null,
);

/** Leads from a value to the file, row and element it was read from; nothing where a person said it. */
export function SourceMark({ field, label }: { field: string; label: string }) {
  const shown = use(SourcesContext);
  const source = shown === null ? undefined : sourceOf(field, shown.sources);
  if (shown === null || source === undefined) return null;
  return (
    <Popover width={300} position="bottom" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          className={classes.mark}
          size={24}
          variant="subtle"
          color="gray"
          aria-label={`Where “${label}” comes from`}
        >
          <IconFileSearch size={14} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <SourceWords source={source} said={stillSaid(field, source, shown.loan)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function SourceWords({ source, said }: { source: Source; said: boolean | null }) {
  const formats = useFormats();
  const value = valueWords(source.field, source.value as never, formats, new Map());
  return (
    <Stack gap={4}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <Anchor component={Link} inherit href={`/import/?id=${source.importId}`}>
          {source.fileName}
        </Anchor>
      </Text>
      <Text size="xs" c="dimmed">
        {placeWords(source)}
      </Text>
      <Text size="xs" c="dimmed">
        {`Asset ${source.assetNumber}, period to ${date(source.periodEnd, formats)}`}
      </Text>
      <Text size="sm" component="div" className="amount">
        {value.map((line, index) => (
          <div key={index}>{line}</div>
        ))}
      </Text>
      {said === false && (
        <Text size="xs" fw={600}>
          The loan says something else now: it was changed after that import.
        </Text>
      )}
    </Stack>
  );
}

/** Where in its file a value stands. */
export function placeWords({ element, row, line }: Source): string {
  const place = [`Row ${row}`, ...(line === null ? [] : [`line ${line}`])].join(", ");
  return element === null ? place : `${place}, element “${element}”`;
}
