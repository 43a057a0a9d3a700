"use client";

import { Button, PasswordInput, Skeleton, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { ProblemNotice } from "@/components/problem-notice";
import { useFragment } from "@/components/use-fragment";
import { fileSize, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { openShared, sharedQuery } from "./api/shared";

/** For whoever has a share link: what it is of, and its download. */
export function SharedFile() {
  const token = useFragment();
  const { data, error, refetch } = useQuery({ ...sharedQuery(token ?? ""), enabled: (token ?? "") !== "" });
  if (token === "") {
    return (
      <Text size="sm">
        This link is incomplete. Copy the whole link, including the code after the # sign.
      </Text>
    );
  }
  if (error !== null && error instanceof Problem && error.status === 404) {
    return (
      <Text size="sm" role="alert">
        This link is no longer valid: it has expired, was used up or was revoked. Ask whoever sent it for a
        new one.
      </Text>
    );
  }
  if (error !== null) return <ProblemNotice problem={error} onRetry={() => void refetch()} />;
  if (token === null || data === undefined) {
    return (
      <Stack aria-busy="true" aria-label="Loading">
        <Skeleton h={44} />
        <Skeleton h={36} />
      </Stack>
    );
  }
  return <Download key={token} token={token} file={data} onGone={() => void refetch()} />;
}

function Download({
  token,
  file,
  onGone,
}: {
  token: string;
  file: Schemas["SharedFile"];
  onGone: () => void;
}) {
  const formats = useFormats();
  const [password, setPassword] = useState("");
  const opening = useMutation({
    mutationFn: () => openShared(token, file.needsPassword ? password : null),
    // An attachment: the browser keeps it, and stays on this page.
    onSuccess: (address) => location.assign(address),
    onError: (error) => {
      if (error instanceof Problem && error.status === 404) onGone();
    },
  });
  const wrong = opening.error instanceof Problem && [401, 403, 422].includes(opening.error.status);
  const send = (event: FormEvent) => {
    event.preventDefault();
    opening.mutate();
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        <div>
          <Text fw={600} style={{ overflowWrap: "anywhere" }}>
            {file.fileName}
          </Text>
          <Text size="sm" c="dimmed">
            {`${fileSize(file.size, formats)} · available until ${moment(file.expiresAt, formats)}`}
          </Text>
        </div>
        {file.needsPassword && (
          <PasswordInput
            label="Password"
            description="Whoever sent you the link has it."
            required
            autoComplete="off"
            value={password}
            error={wrong ? opening.error?.message : undefined}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
        )}
        {opening.error !== null && !(file.needsPassword && wrong) && (
          <ProblemNotice problem={opening.error} />
        )}
        <Button
          type="submit"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={opening.isPending}
          disabled={file.needsPassword && password === ""}
        >
          Download
        </Button>
        {opening.isSuccess && (
          <Text size="sm" role="status">
            The download has started.
          </Text>
        )}
      </Stack>
    </form>
  );
}
