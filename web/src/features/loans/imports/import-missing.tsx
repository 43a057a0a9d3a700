"use client";

import { Anchor, Group, Text } from "@mantine/core";
import Link from "@/components/link";

import { Surface } from "@/components/surface";
import { counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Import } from "./api/imports";

/** The deal's loans that still owe something and that this tape leaves out. */
export function ImportMissing({ work }: { work: Import }) {
  const formats = useFormats();
  const more = work.missingCount - work.missing.length;
  return (
    <Surface title={`${counted(work.missingCount, "loan", "loans", formats)} of the deal not on this tape`}>
      <Text size="sm" c="dimmed" mb="xs">
        Still outstanding when last reported. Left unchanged.
      </Text>
      <Group gap="sm">
        {work.missing.map((number) => (
          <Anchor key={number} component={Link} href={`/loans/?q=${encodeURIComponent(number)}`} size="sm">
            {number}
          </Anchor>
        ))}
        {more > 0 && <Text size="sm">{`and ${counted(more, "other", "others", formats)}`}</Text>}
      </Group>
    </Surface>
  );
}
