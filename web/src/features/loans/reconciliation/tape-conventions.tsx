"use client";

import { List, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { count, counted } from "@/format/format";
import { useFormats } from "@/format/formats";

/** By which conventions loans match, where it is not that of their terms; and how many were not asked about. */
export function TapeConventions({ found }: { found: Schemas["ConventionSearch"] }) {
  const formats = useFormats();
  const others = found.named.filter(({ stated }) => !stated);
  if (others.length === 0 && found.notAsked === 0) return null;
  return (
    <Stack gap={4}>
      {others.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            Matched by another convention than their terms state
          </Text>
          <List size="sm" spacing={2} withPadding aria-label="Other conventions">
            {others.map(({ words, loans }) => (
              <List.Item key={words}>{`${counted(loans, "loan", "loans", formats)}: ${words}`}</List.Item>
            ))}
          </List>
        </>
      )}
      {found.notAsked > 0 && (
        <Text size="xs" c="dimmed">
          {`${counted(found.notAsked, "loan that differs was", "loans that differ were", formats)} not compared with other conventions; ${count(found.asked, formats)} ${found.asked === 1 ? "was" : "were"}.`}
        </Text>
      )}
    </Stack>
  );
}
