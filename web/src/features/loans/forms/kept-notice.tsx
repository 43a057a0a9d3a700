"use client";

import { Button, Group } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";

import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { LoanNotice } from "../records/notice";

/** Offers what was being written before. */
export function KeptNotice({
  at,
  onTake,
  onDiscard,
}: {
  at: string;
  onTake: () => void;
  onDiscard: () => void;
}) {
  const formats = useFormats();
  return (
    <LoanNotice
      color="blue"
      icon={<IconHistory aria-hidden />}
      title={`Unsaved draft from ${moment(at, formats)}`}
    >
      <Group gap="xs">
        <Button size="xs" onClick={onTake}>
          Restore
        </Button>
        <Button size="xs" variant="default" onClick={onDiscard}>
          Discard
        </Button>
      </Group>
    </LoanNotice>
  );
}
