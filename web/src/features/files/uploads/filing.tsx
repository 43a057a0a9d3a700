"use client";

import { Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useMay } from "@/api/me";

import type { Thing } from "../records/api/documents";
import { kindOfName } from "../records/document-words";
import { startUploads } from "./api/uploads";
import { type Chosen, ChosenFiles } from "./chosen-files";
import { unsendable } from "./file-limits";
import { SendingFiles } from "./sending-files";
import { UploadDrop } from "./upload-drop";

/** Takes files in, as documents about a thing or about none, and shows those on their way. */
export function Filing({ about }: { about?: Thing }) {
  const client = useQueryClient();
  const mayWrite = useMay("file.write");
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [confidential, setConfidential] = useState(false);
  if (!mayWrite) return null;
  const send = () => {
    startUploads(
      client,
      chosen
        .filter(({ file }) => unsendable(file) === null)
        .map(({ file, kind }) => ({
          file,
          said: {
            kind,
            ...(about === undefined ? {} : { link: `${about.kind}:${about.id}` }),
            ...(confidential ? { isConfidential: "true" } : {}),
          },
        })),
    );
    setChosen([]);
    setConfidential(false);
  };
  return (
    <Stack gap="md">
      <UploadDrop
        onFiles={(files) =>
          setChosen((before) => [...before, ...files.map((file) => ({ file, kind: kindOfName(file.name) }))])
        }
      />
      {chosen.length > 0 && (
        <ChosenFiles
          chosen={chosen}
          confidential={confidential}
          onKind={(file, kind) =>
            setChosen((before) => before.map((one) => (one.file === file ? { file, kind } : one)))
          }
          onRemove={(file) => setChosen((before) => before.filter((one) => one.file !== file))}
          onConfidential={setConfidential}
          onSend={send}
          onCancel={() => setChosen([])}
        />
      )}
      <SendingFiles />
    </Stack>
  );
}
