"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { notDone } from "@/components/not-done";
import { showUndo } from "@/components/undo";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { enterAgain, type FixingView, takeOutFixing } from "./api/rates";

const failed = notDone("The fixing was not taken out");

/** Takes a day's fixing out, with all that it replaced; undo enters them again. */
export function TakeOutFixing({ fixing }: { fixing: FixingView }) {
  const formats = useFormats();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["rates"] });
  const day = date(fixing.on, formats);
  const { mutate, isPending } = useMutation({
    mutationFn: () => takeOutFixing(fixing),
    onSuccess: () => showUndo(`The fixing of ${day} was taken out.`, () => enterAgain(fixing).finally(again)),
    onError: failed,
    onSettled: again,
  });
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      loading={isPending}
      aria-label={`Take out the fixing of ${day}`}
      onClick={() => mutate()}
    >
      Take out
    </Button>
  );
}
