"use client";

import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { memberQuery } from "@/api/members";

/** Who acts where no member does, in words. */
export const SYSTEM_ACTORS: Readonly<Record<string, string>> = {
  "system:command-line": "Command line",
  "system:demonstration": "Sample data",
  "system:sign-in": "Sign-in",
  "system:registration": "Registration",
  "system:invitation": "Invitation",
  "system:sessions": "System",
};

export const isMember = (id: string): boolean => !id.startsWith("system:");

/** The name of a member, or of what acted in a member's stead; `name` where it is known already. */
export function Actor({ id, name }: { id: string; name?: string | null }) {
  if (name != null && name !== "") return <Named name={name} title={id} />;
  if (isMember(id)) return <Member id={id} />;
  return <Named name={SYSTEM_ACTORS[id] ?? id.replace(/^system:/, "System: ")} title={id} />;
}

function Member({ id }: { id: string }) {
  const { data, error } = useQuery(memberQuery(id));
  if (data !== undefined) return <Named name={`${data.firstName} ${data.lastName}`} title={data.email} />;
  return error ? (
    <Named name={id} title={id} />
  ) : (
    <Skeleton component="span" display="inline-block" h={14} w={96} />
  );
}

function Named({ name, title }: { name: string; title: string }) {
  return (
    <Text span inherit title={title} style={{ overflowWrap: "break-word" }}>
      {name}
    </Text>
  );
}
