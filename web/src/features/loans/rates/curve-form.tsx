"use client";

import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { useBusinessDate } from "@/api/me";
import { refusalOf } from "@/api/problem";
import { DateField } from "@/components/fields/date-field";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { createCurve, type IndexView } from "./api/rates";
import { pointsOf } from "./curve-text";

const LEVEL = "sofr_index";
const FIELDS = ["index", "asOf", "points", "source"] as const;

/** Keeps a forward curve that is pasted, a day and a percentage a line; its last rate stands for a hundred years. */
export function CurveForm({
  indices,
  chosen,
  onKept,
}: {
  indices: readonly IndexView[];
  chosen: string;
  onKept: () => void;
}) {
  const formats = useFormats();
  const today = useBusinessDate();
  const [index, setIndex] = useState(chosen);
  const [asOf, setAsOf] = useState(today);
  const [source, setSource] = useState("");
  const [text, setText] = useState("");
  const points = pointsOf(text, formats.locale);
  const bad = Array.isArray(points) ? null : points.line;
  const { mutate, isPending, error, data, reset } = useMutation({
    mutationFn: () =>
      createCurve({
        index,
        asOf,
        points: Array.isArray(points) ? points : [],
        interpolation: "step",
        until: `${Number(asOf.slice(0, 4)) + 100}-12-31`,
        source: source === "" ? null : source,
      }),
    onSuccess: () => {
      setText("");
      onKept();
    },
  });
  const refusal = (field: string) => refusalOf(error, field);
  const send = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Surface title="Add a forward curve" className="no-print">
      <form onSubmit={send} onChange={reset} noValidate>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <NativeSelect
              label="Index"
              value={index}
              onChange={({ currentTarget }) => setIndex(currentTarget.value)}
              error={refusal("index")}
              data={indices
                .filter((one) => one.index !== LEVEL)
                .map((one) => ({ value: one.index, label: one.name }))}
            />
            <DateField label="As of" value={asOf} onChange={setAsOf} error={refusal("asOf")} required />
            <TextInput
              label="Source"
              value={source}
              onChange={({ currentTarget }) => setSource(currentTarget.value)}
              error={refusal("source")}
            />
          </SimpleGrid>
          <Textarea
            label="Points"
            description="A line for each: the day a period starts on, and the index expected for it in percent."
            placeholder="2026-12-15 4.05"
            autosize
            minRows={3}
            maxRows={12}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            error={refusal("points") ?? (bad === null ? undefined : `No day and percentage: ${bad}`)}
          />
          <SaveProblem problem={error} fields={FIELDS} />
          <Group>
            <Button type="submit" loading={isPending} disabled={bad !== null || text.trim() === ""}>
              Add curve
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {data !== undefined && `The curve as of ${date(data.asOf, formats)} is kept.`}
            </Text>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
