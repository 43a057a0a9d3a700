"use client";

import { Alert, Badge, Button, Collapse, Group, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconFileCheck, IconHistory } from "@tabler/icons-react";
import { useId } from "react";

import { Surface } from "@/components/surface";

import type { NamedMapping, TemplateColumn } from "./api/tapes";
import { TapeMapperTable } from "./tape-mapper-table";
import { columnLabel, missing, type Mapping, onlyUpdates, sameMapping, usable } from "./tape-mapping";
import type { TapeLayout } from "./use-tape-layouts";

/** What each column of a table is taken for: folded away where it was said before. */
export function TapeMapper({
  layout,
  mapping,
  columns,
  named,
  onNamed,
  onChange,
}: {
  layout: TapeLayout;
  mapping: Mapping;
  columns: readonly TemplateColumn[];
  named: readonly NamedMapping[];
  onNamed: (name: string | undefined) => void;
  onChange: (mapping: Mapping) => void;
}) {
  const { reading, files } = layout;
  const [opened, { toggle }] = useDisclosure(!reading.remembered);
  const id = useId();
  const lacking = missing(mapping, columns);
  const changed = !sameMapping(mapping, usable(reading));
  const picked = named.find(({ name }) => name === reading.named);
  const ignored = reading.header.length - mapping.length;
  return (
    <Surface
      title={
        files.length === 1 ? `Columns of ${shortened(files[0] ?? "")}` : `Columns of ${files.length} files`
      }
      actions={
        <Group gap="xs">
          {reading.remembered && !changed && (
            <Badge
              variant="light"
              color="teal"
              leftSection={<IconHistory size={12} aria-hidden />}
              tt="none"
              size="lg"
            >
              Mapping remembered
            </Badge>
          )}
          {changed && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onChange(usable(reading))}>
              {reading.remembered ? "Reset to remembered" : "Reset to detected"}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="light"
            onClick={toggle}
            aria-expanded={opened}
            aria-controls={id}
          >
            {opened ? "Hide columns" : "Show columns"}
          </Button>
        </Group>
      }
    >
      <Stack gap="sm">
        <NamedMappingChoice reading={reading} named={named} onNamed={onNamed} />
        <Text size="sm" c="dimmed">
          {`${mapping.length} of ${reading.header.length} columns mapped`}
          {ignored > 0 && `, ${ignored} ignored`}
          {reading.remembered
            ? "."
            : `. ${picked === undefined ? "Detected by name." : `Read as ${picked.title}.`} Your mapping is remembered for files with this header.`}
          {onlyUpdates(mapping) && " This file updates loans that are there and creates none."}
          {reading.note !== null && ` The file: ${reading.note}.`}
        </Text>
        {lacking.length > 0 && (
          <Alert
            color="red"
            icon={<IconAlertTriangle aria-hidden />}
            title={`Missing required columns: ${lacking.map(({ name }) => columnLabel(name).toLowerCase()).join(", ")}`}
            role="status"
          >
            <Stack gap={2}>
              {lacking.map(({ name, about }) => (
                <Text key={name} size="sm">
                  <b>{columnLabel(name)}</b>: {about}
                </Text>
              ))}
            </Stack>
          </Alert>
        )}
        <Collapse expanded={opened} id={id}>
          <TapeMapperTable layout={layout} mapping={mapping} columns={columns} onChange={onChange} />
        </Collapse>
      </Stack>
    </Surface>
  );
}

/** By which layout a table is read: by its names, or by one that is known; the one that its header fits is offered. */
function NamedMappingChoice({
  reading,
  named,
  onNamed,
}: {
  reading: TapeLayout["reading"];
  named: readonly NamedMapping[];
  onNamed: (name: string | undefined) => void;
}) {
  const { fits } = reading;
  const offered = fits != null && fits.name !== reading.named;
  const picked = named.find(({ name }) => name === reading.named);
  return (
    <Stack gap="xs">
      {offered && (
        <Alert
          color="blue"
          icon={<IconFileCheck aria-hidden />}
          title={`This looks like: ${fits.title}`}
          role="status"
        >
          <Group gap="sm" align="center">
            <Text size="sm">{`${capitalized(fits.reason)}.`}</Text>
            <Button size="compact-sm" variant="light" onClick={() => onNamed(fits.name)}>
              Use this layout
            </Button>
          </Group>
        </Alert>
      )}
      <Select
        label="Layout"
        maw={360}
        data={[
          { value: BY_NAMES, label: reading.remembered ? "As remembered" : "Columns by their names" },
          ...named.map(({ name, title }) => ({ value: name, label: title })),
        ]}
        value={reading.named ?? BY_NAMES}
        allowDeselect={false}
        onChange={(name) => onNamed(name === null || name === BY_NAMES ? undefined : name)}
      />
      {picked !== undefined && <Text size="sm" c="dimmed">{`${picked.remarks} ${picked.verified}`}</Text>}
    </Stack>
  );
}

const BY_NAMES = "";

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}…` : name);
