"use client";

import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { refusalOf } from "@/api/problem";
import { DateField } from "@/components/fields/date-field";
import { PercentField } from "@/components/fields/percent-field";
import { SaveProblem } from "@/components/save-problem";
import { Surface } from "@/components/surface";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { enterFixing, type IndexView } from "./api/rates";
import { fixingText } from "./rate-words";

const LEVEL = "sofr_index";

/** Enters one fixing; where its day has another value, that is kept as what it replaced. */
export function FixingForm({
  indices,
  chosen,
  onEntered,
}: {
  indices: readonly IndexView[];
  chosen: string;
  onEntered: () => void;
}) {
  const formats = useFormats();
  const [index, setIndex] = useState(chosen);
  const [on, setOn] = useState("");
  const [value, setValue] = useState("");
  const [source, setSource] = useState("");
  const { mutate, isPending, error, data, reset } = useMutation({
    mutationFn: () =>
      enterFixing({ index, on, value, publishedOn: null, source: source === "" ? null : source }),
    onSuccess: () => {
      setValue("");
      onEntered();
    },
  });
  const refusal = (field: string) => refusalOf(error, field);
  const send = (event: FormEvent) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Surface title="Add a fixing" className="no-print">
      <form onSubmit={send} onChange={reset} noValidate>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
            <NativeSelect
              label="Index"
              value={index}
              onChange={({ currentTarget }) => setIndex(currentTarget.value)}
              error={refusal("index")}
              data={indices
                .filter((one) => one.index !== LEVEL)
                .map((one) => ({ value: one.index, label: one.name }))}
            />
            <DateField label="Day" value={on} onChange={setOn} error={refusal("on")} required />
            <PercentField label="Value" value={value} onChange={setValue} error={refusal("value")} required />
            <TextInput
              label="Source"
              placeholder="Entered by hand"
              value={source}
              onChange={({ currentTarget }) => setSource(currentTarget.value)}
              error={refusal("source")}
            />
          </SimpleGrid>
          <SaveProblem problem={error} fields={["index", "on", "value", "source"]} />
          <Group>
            <Button type="submit" loading={isPending} disabled={on === "" || value === ""}>
              Add fixing
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {data !== undefined &&
                `${fixingText(data.index, data.value, formats)} of ${date(data.on, formats)} is kept${
                  data.revision > 0 ? ` as revision ${data.revision}` : ""
                }.`}
            </Text>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
