"use client";

import { Alert, Badge, Button, Collapse, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconHistory } from "@tabler/icons-react";
import { useId } from "react";

import { Surface } from "@/components/surface";

import type { TemplateColumn } from "./api/tapes";
import { TapeMapperTable } from "./tape-mapper-table";
import { columnLabel, missing, type Mapping, sameMapping, usable } from "./tape-mapping";
import type { TapeLayout } from "./use-tape-layouts";

/** What each column of a table is taken for: folded away where it was said before. */
export function TapeMapper({
  layout,
  mapping,
  columns,
  onChange,
}: {
  layout: TapeLayout;
  mapping: Mapping;
  columns: readonly TemplateColumn[];
  onChange: (mapping: Mapping) => void;
}) {
  const { reading, files } = layout;
  const [opened, { toggle }] = useDisclosure(!reading.remembered);
  const id = useId();
  const lacking = missing(mapping, columns);
  const changed = !sameMapping(mapping, usable(reading));
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
        <Text size="sm" c="dimmed">
          {`${mapping.length} of ${reading.header.length} columns mapped`}
          {ignored > 0 && `, ${ignored} ignored`}
          {reading.remembered
            ? "."
            : ". Detected by name. Your mapping is remembered for files with this header."}
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

const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}…` : name);
