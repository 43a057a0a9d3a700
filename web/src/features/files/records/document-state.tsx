"use client";

import { Badge, type MantineColor } from "@mantine/core";

import type { Version } from "./api/documents";
import { stateOf, type Tone } from "./document-words";

const COLORS: Readonly<Record<Tone, MantineColor>> = {
  good: "green",
  news: "blue",
  bad: "red",
  quiet: "gray",
};

/** How far a version is. */
export function VersionState({ version }: { version: Version }) {
  const { label, tone, more } = stateOf(version);
  return <Mark color={COLORS[tone]} label={label} title={more} />;
}

/** A document's standing: its latest version's state, and whether it is held or confidential. */
export function DocumentState({
  latest,
  held,
  confidential,
}: {
  latest: Version;
  held: string | null;
  confidential: boolean;
}) {
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", gap: 4 }}>
      <VersionState version={latest} />
      {held !== null && <Mark color="orange" label="Held" title={`Legal hold: ${held}`} />}
      {confidential && <Mark color="gray" label="Confidential" title="Seen by managers alone" />}
    </span>
  );
}

function Mark({ color, label, title }: { color: MantineColor; label: string; title: string | null }) {
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      size="sm"
      miw="max-content"
      title={title ?? undefined}
      leftSection={<Dot color={color} />}
    >
      {label}
    </Badge>
  );
}

function Dot({ color }: { color: MantineColor }) {
  return (
    <span
      aria-hidden
      style={{
        width: 8,
        height: 8,
        borderRadius: "50%",
        background: `var(--mantine-color-${color}-6)`,
        display: "block",
      }}
    />
  );
}
