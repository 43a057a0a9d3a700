"use client";

import { Anchor, Button, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import type { Party } from "@/api/parties";
import Link from "@/components/link";

import { Surface } from "@/components/surface";
import { useFormats } from "@/format/formats";

import { referencesIn, useNames } from "../records/api/names";
import { Fact, Facts } from "../records/facts";
import type { Names } from "../records/field-words";
import type { Field, List, Shape } from "../records/shape";
import { fieldText } from "./party-words";
import classes from "./party.module.css";

/** All that is known of a thing, section by section. */
export function PartyFacts({ shape, thing }: { shape: Shape; thing: Party }) {
  const names = useNames(referencesIn(thing));
  const custom = Object.entries(thing.customFields);
  const { deal, assetNumber } = thing as { deal?: string | null; assetNumber?: string | null };
  return (
    <div className={classes.sections}>
      {shape.sections.map(({ title, fields }) => (
        <Surface key={title} title={title}>
          <Facts>
            {fields
              .filter(({ path }) => path !== "name")
              .map((field) => (
                <Fact key={field.path} label={field.label}>
                  <FactValue field={field} value={valueAt(thing, field.path)} names={names} />
                </Fact>
              ))}
            {deal != null && title === "Classification" && (
              <Fact label="Deal">
                <Anchor component={Link} inherit href={`/imports/?deal=${encodeURIComponent(deal)}`}>
                  {deal}
                </Anchor>
                {assetNumber != null && `, asset ${assetNumber}`}
              </Fact>
            )}
          </Facts>
        </Surface>
      ))}
      {custom.length > 0 && (
        <Surface title="Custom fields">
          <Facts>
            {custom.map(([name, value]) => (
              <Fact key={name} label={name}>
                {typeof value === "boolean" ? (value ? "Yes" : "No") : value}
              </Fact>
            ))}
          </Facts>
        </Surface>
      )}
    </div>
  );
}

function FactValue({ field, value, names }: { field: Field; value: unknown; names: Names }) {
  const formats = useFormats();
  const text = fieldText(field.kind, value, formats, names);
  if (field.kind === "portfolio" && typeof value === "string") {
    return (
      <Anchor component={Link} inherit href={`/portfolio/?id=${value}`}>
        {text}
      </Anchor>
    );
  }
  if (field.path === "website" && typeof value === "string" && /^https?:\/\//.test(value)) {
    return (
      <Anchor inherit href={value} target="_blank" rel="noreferrer noopener">
        {text}
      </Anchor>
    );
  }
  return field.kind === "money" ? <span className="amount">{text}</span> : text;
}

/** A list of a thing as a table, with a way to change it. */
export function PartyListTable({
  list,
  thing,
  onEdit,
}: {
  list: List;
  thing: Party;
  onEdit: (() => void) | null;
}) {
  const formats = useFormats();
  const narrow = useMediaQuery("screen and (max-width: 48em)", false, { getInitialValueInEffect: false });
  const rows = (valueAt(thing, list.path) ?? []) as readonly Record<string, unknown>[];
  const shown = list.fields.filter(
    ({ path, required }) => required === true || rows.some((row) => row[path] != null && row[path] !== ""),
  );
  return (
    <Surface
      title={list.title}
      actions={
        onEdit !== null && (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPencil size={14} aria-hidden />}
            aria-label={`Edit: ${list.title}`}
            onClick={onEdit}
          >
            Edit
          </Button>
        )
      }
    >
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {list.none}
        </Text>
      ) : narrow && !shown.some(({ kind }) => isFigure(kind)) ? (
        <Stack gap="md" role="list" aria-label={list.title}>
          {rows.map((row, index) => (
            <div key={index} role="listitem">
              <Facts>
                {shown.map(({ path, label, kind }) => (
                  <Fact key={path} label={label}>
                    {contactLink(path, row[path]) ?? fieldText(kind, row[path], formats, NO_NAMES)}
                  </Fact>
                ))}
              </Facts>
            </div>
          ))}
        </Stack>
      ) : (
        <Table.ScrollContainer minWidth={shown.length * 110} type="native">
          <Table aria-label={list.title} fz="sm" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                {shown.map(({ path, label, kind }) => (
                  <Table.Th key={path} scope="col" ta={isFigure(kind) ? "end" : undefined}>
                    {label}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row, index) => (
                <Table.Tr key={index}>
                  {shown.map(({ path, kind }) => (
                    <Table.Td
                      key={path}
                      ta={isFigure(kind) ? "end" : undefined}
                      className={kind === "money" ? "amount" : undefined}
                      style={
                        isFigure(kind) || kind === "date"
                          ? { whiteSpace: "nowrap" }
                          : { overflowWrap: "anywhere" }
                      }
                    >
                      {contactLink(path, row[path]) ?? fieldText(kind, row[path], formats, NO_NAMES)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Surface>
  );
}

const NO_NAMES: Names = new Map();

const isFigure = (kind: Field["kind"]): boolean =>
  ["money", "percent", "ratio", "measure", "number"].includes(kind);

function contactLink(path: string, value: unknown) {
  if (typeof value !== "string" || value === "") return null;
  if (path === "email")
    return (
      <Anchor inherit href={`mailto:${value}`}>
        {value}
      </Anchor>
    );
  return path === "phone" ? (
    <Anchor inherit href={`tel:${value.replace(/[^\d+]/g, "")}`}>
      {value}
    </Anchor>
  ) : null;
}

/** What a path leads to within a thing. */
function valueAt(thing: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], thing);
}
