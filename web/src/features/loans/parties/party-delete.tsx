"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import type { Party } from "@/api/parties";
import { Deletion } from "@/components/deletion";
import { showUndo } from "@/components/undo";

import { deleteParty, partyChanged, restoreVersion } from "../records/api/party";
import type { Shape } from "../records/shape";

/** Deletes a thing after asking; what still refers to it is told. It can be taken back with one press. */
export function PartyDelete({ shape, thing }: { shape: Shape; thing: Party }) {
  const client = useQueryClient();
  const router = useRouter();
  const remove = useMutation({
    mutationFn: () => deleteParty(shape.kind, thing),
    onSuccess: () => {
      router.push(shape.listAddress);
      client.removeQueries({ queryKey: [shape.kind, thing.id] });
      partyChanged(client, shape.kind);
      showUndo(`${thing.name} was deleted.`, async () =>
        partyChanged(client, shape.kind, await restoreVersion(shape.kind, thing.id, thing.version)),
      );
    },
  });
  return (
    <Deletion noun={shape.noun} removal={remove} onDelete={() => remove.mutate()}>
      <strong>{thing.name}</strong>
      {" will no longer be there. Its history is kept, and it can be restored."}
    </Deletion>
  );
}
