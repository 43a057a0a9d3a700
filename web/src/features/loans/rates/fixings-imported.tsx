"use client";

import { Button, CloseButton, Group, List, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { notDone } from "@/components/not-done";
import { Surface } from "@/components/surface";
import { count, date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type FixingsImport, importFixings, type Numbers } from "./api/rates";
import { fixingText } from "./rate-words";

const SHOWN = 10;

/** What an import of fixings did: taken, unchanged, revised and refused, and SOFR's published figures beside ours. */
export function FixingsImported({
  result,
  file,
  onImported,
  onClose,
}: {
  result: FixingsImport;
  file?: File;
  onImported: (result: FixingsImport, file: File) => void;
  onClose: () => void;
}) {
  const formats = useFormats();
  const asks = result.indices.some(({ question }) => question !== null);
  return (
    <Surface
      title={`Imported ${result.fileName}`}
      actions={<CloseButton aria-label="Close the result of the import" onClick={onClose} />}
    >
      <Stack gap="xs" role="status">
        {result.indices.map((one) => (
          <div key={one.index}>
            <Text fw={600}>{one.name}</Text>
            <Text size="sm">
              {`${count(one.taken, formats)} taken, ${count(one.unchanged, formats)} unchanged, ${count(
                one.revised,
                formats,
              )} revised, ${count(one.refused, formats)} refused, ${count(one.none, formats)} without a value`}
            </Text>
            {one.question !== null && <Text size="sm">{`${one.question} Nothing of it was taken.`}</Text>}
            {one.problems.length > 0 && (
              <List size="sm">
                {one.problems.slice(0, SHOWN).map((problem) => (
                  <List.Item key={`${problem.line} ${problem.field}`}>
                    {sentence(`Line ${problem.line}, ${problem.field}: ${problem.reason}`, formats)}
                  </List.Item>
                ))}
              </List>
            )}
          </div>
        ))}
        {asks && file !== undefined && <SayNumbers file={file} onImported={onImported} />}
        {result.reproduced.map((one) => (
          <div key={one.index}>
            <Text size="sm">
              {`${count(one.equal, formats)} of ${count(one.published, formats)} published values of ${
                one.index === "sofr_index" ? "the SOFR index" : one.index.replaceAll("_", " ")
              } are reproduced from SOFR.`}
            </Text>
            <List size="sm">
              {one.differences.slice(0, SHOWN).map((difference) => (
                <List.Item key={difference.on}>
                  {`${date(difference.on, formats)}: published ${fixingText(one.index, difference.published, formats)}, ${
                    difference.reason ?? `computed ${fixingText(one.index, difference.computed, formats)}`
                  }`}
                </List.Item>
              ))}
            </List>
          </div>
        ))}
      </Stack>
    </Surface>
  );
}

/** Imports a file once more, as a person says what its values are. */
function SayNumbers({
  file,
  onImported,
}: {
  file: File;
  onImported: (result: FixingsImport, file: File) => void;
}) {
  const { mutate, isPending } = useMutation({
    mutationFn: (numbers: Numbers) => importFixings(file, numbers),
    onSuccess: (result) => onImported(result, file),
    onError: notDone("Not imported"),
  });
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" loading={isPending} onClick={() => mutate("percent")}>
        They are percents
      </Button>
      <Button size="xs" variant="default" loading={isPending} onClick={() => mutate("fraction")}>
        They are fractions
      </Button>
    </Group>
  );
}
