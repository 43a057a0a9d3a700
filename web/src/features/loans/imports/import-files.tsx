"use client";

import { ActionIcon, Button, Group, Select, Stack, Table, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";

import { Problem } from "@/api/problem";
import { Surface } from "@/components/surface";
import { count, fileSize } from "@/format/format";
import { useFormats } from "@/format/formats";

import { isTable } from "../tapes/tape-files";
import type { TapeSheets } from "../tapes/use-tape-layouts";

/** The files that will be read, in their order. */
export function ImportFiles({
  files,
  failures,
  sheets,
  onSheet,
  onRemove,
  onRetry,
}: {
  files: readonly File[];
  failures: ReadonlyMap<File, Error>;
  sheets: ReadonlyMap<File, TapeSheets>;
  onSheet: (file: File, sheet: string) => void;
  onRemove: (file: File) => void;
  onRetry: () => void;
}) {
  const formats = useFormats();
  const again = [...failures.values()].some((error) => error instanceof Problem && error.status !== 422);
  return (
    <Surface
      title={files.length === 1 ? "One file" : `${count(files.length, formats)} files, read in this order`}
      actions={
        again && (
          <Button size="compact-sm" variant="light" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <Table.ScrollContainer minWidth={0} mah={380}>
        <Table aria-label="Files to import" verticalSpacing={4} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">File</Table.Th>
              <Table.Th scope="col" w={84}>
                Kind
              </Table.Th>
              <Table.Th scope="col" w={84} ta="end">
                Size
              </Table.Th>
              <Table.Th scope="col" w={44} aria-label="Remove" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {files.map((file) => (
              <Table.Tr key={file.name}>
                <Table.Td>
                  <Stack gap={0}>
                    <Text size="sm" truncate title={file.name}>
                      {file.name}
                    </Text>
                    {failures.has(file) && (
                      <Text size="sm" c="var(--negative)" role="alert">
                        {reasonOf(failures.get(file))}
                      </Text>
                    )}
                    {sheets.has(file) && (
                      <SheetChoice
                        file={file}
                        sheets={sheets.get(file)}
                        onSheet={(sheet) => onSheet(file, sheet)}
                      />
                    )}
                  </Stack>
                </Table.Td>
                <Table.Td>{isTable(file) ? "Table" : "EX-102"}</Table.Td>
                <Table.Td ta="end">{fileSize(file.size, formats)}</Table.Td>
                <Table.Td>
                  <Group justify="end">
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size={28}
                      aria-label={`Remove ${file.name}`}
                      onClick={() => onRemove(file)}
                    >
                      <IconX size={16} aria-hidden />
                    </ActionIcon>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Surface>
  );
}

/** Which of a workbook's sheets is the tape: the one that was found, or a question. */
function SheetChoice({
  file,
  sheets,
  onSheet,
}: {
  file: File;
  sheets: TapeSheets | undefined;
  onSheet: (sheet: string) => void;
}) {
  if (sheets === undefined) return null;
  const asked = sheets.read === null;
  return (
    <Select
      my="xs"
      maw={360}
      label="Sheet"
      aria-label={`Sheet of ${file.name}`}
      description={asked ? "Several may be the tape: choose one." : undefined}
      placeholder="Choose a sheet"
      data={[...sheets.names]}
      value={sheets.read}
      allowDeselect={false}
      onChange={(sheet) => sheet !== null && onSheet(sheet)}
    />
  );
}

function reasonOf(error: Error | undefined): string {
  if (!(error instanceof Problem)) return "Columns could not be read. Remove the file or try again.";
  return error.errors.map(({ message }) => message).join("; ") || error.message;
}
