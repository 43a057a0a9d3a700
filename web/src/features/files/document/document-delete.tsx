"use client";

import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { useBusinessDate, useMay } from "@/api/me";
import { Problem } from "@/api/problem";
import { Deletion } from "@/components/deletion";
import { count, date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { FiledDocument } from "../records/api/documents";
import { deleteDocument } from "./api/document";

/** Deletes a document for good, after asking; says why where it must be kept. */
export function DocumentDelete({ document }: { document: FiledDocument }) {
  const client = useQueryClient();
  const router = useRouter();
  const formats = useFormats();
  const mayDelete = useMay("file.delete");
  const today = useBusinessDate();
  const remove = useMutation({
    mutationFn: () => deleteDocument(client, document),
    onSuccess: () => {
      router.push("/documents/");
      notifications.show({ message: `${document.title} was deleted.` });
    },
  });
  if (!mayDelete) return null;
  const { hold, retentionUntil } = document;
  const kept =
    hold !== null
      ? `It is under a legal hold (${hold.reason}). Lift the hold first.`
      : retentionUntil !== null && today < retentionUntil
        ? `It is kept until ${date(retentionUntil, formats)}. That date can be moved later, never earlier.`
        : null;
  const refused = remove.error instanceof Problem && remove.error.status === 409 ? remove.error : null;
  const why = kept ?? (refused === null ? null : sentence(refused.message, formats));
  const versions =
    document.versions.length === 1 ? "" : ` and its ${count(document.versions.length, formats)} versions`;
  return (
    <Deletion noun="document" removal={remove} onDelete={() => remove.mutate()} kept={why}>
      <strong>{document.title}</strong>
      {`${versions} will be deleted for good. This can’t be undone.`}
    </Deletion>
  );
}
