"use client";

import { Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { ProblemNotice } from "@/components/problem-notice";
import { useFormats } from "@/format/formats";

import { importedSourcesQuery } from "../records/api/loan";
import { placeWords } from "../records/source-mark";
import { sourceGroups } from "./import-changes";

/** The fields that a created loan got, each with where in the file it stands. */
export function ImportRowSources({ loanId, importId }: { loanId: string; importId: string }) {
  const formats = useFormats();
  const { data, error, refetch } = useQuery(importedSourcesQuery(loanId, importId));
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={160} />
    ) : (
      <ProblemNotice problem={error} onRetry={() => void refetch()} />
    );
  }
  const groups = sourceGroups(data.sources, formats);
  if (groups.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No longer available.
      </Text>
    );
  }
  return groups.map(({ subject, lines }) => (
    <Table key={subject} withTableBorder verticalSpacing={3} aria-label={subject} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" w="30%">
            {subject}
          </Table.Th>
          <Table.Th scope="col">Value</Table.Th>
          <Table.Th scope="col" w="38%">
            Source
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map(({ label, value, source }) => (
          <Table.Tr key={source.field}>
            <Table.Td>{label}</Table.Td>
            <Table.Td style={{ overflowWrap: "anywhere" }}>
              {value.map((text, index) => (
                <Text key={index} size="sm" inherit className="amount" component="div">
                  {text}
                </Text>
              ))}
            </Table.Td>
            <Table.Td c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {placeWords(source)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  ));
}
