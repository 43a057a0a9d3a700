"use client";

import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import Link from "@/components/link";
import { word } from "@/format/format";

import type { Thing } from "./api/documents";
import { thingNameQuery, thingPath } from "./api/things";

/** Leads to what a document is about. */
export function ThingLink({ thing }: { thing: Thing }) {
  const { data, error } = useQuery(thingNameQuery(thing));
  if (error !== null) return <Text span inherit c="dimmed">{`A ${thing.kind} that is no longer there`}</Text>;
  return (
    <Anchor component={Link} inherit href={thingPath(thing)}>
      {data ?? word(thing.kind)}
    </Anchor>
  );
}
