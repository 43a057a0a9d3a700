"use client";

import { CloseButton, List, Stack, Text } from "@mantine/core";

import { Surface } from "@/components/surface";
import { count, date, sentence } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { FixingsImport } from "./api/rates";
import { fixingText } from "./rate-words";

const SHOWN = 10;

/** What an import of fixings did: taken, unchanged, revised and refused, and SOFR's published figures beside ours. */
export function FixingsImported({ result, onClose }: { result: FixingsImport; onClose: () => void }) {
  const formats = useFormats();
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
