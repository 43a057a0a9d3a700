"use client";

import { Anchor, Button, Drawer, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFileSearch } from "@tabler/icons-react";
import Link from "@/components/link";

import type { Schemas } from "@/api/client";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { fieldWords, valueWords } from "../records/field-words";
import { placeWords } from "../records/source-mark";

const NO_NAMES = new Map<string, string>();

/** Opens a list of every value that came from a tape, with its file, row and element. */
export function LoanSources({ sources }: { sources: readonly Schemas["Source"][] }) {
  const [opened, drawer] = useDisclosure();
  const formats = useFormats();
  if (sources.length === 0) return null;
  return (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconFileSearch size={16} aria-hidden />}
        onClick={drawer.open}
      >
        Where the values come from
      </Button>
      <Drawer
        opened={opened}
        onClose={drawer.close}
        position="right"
        size="min(68rem, 100%)"
        title="Where the values come from"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm" c="dimmed" mb="sm">
          What tapes said last of this loan and its properties. What is not listed was entered by a person.
        </Text>
        <Table.ScrollContainer minWidth={560} type="native">
          <Table aria-label="Sources" fz="sm" verticalSpacing={4} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Value</Table.Th>
                <Table.Th scope="col">On the tape</Table.Th>
                <Table.Th scope="col">Period</Table.Th>
                <Table.Th scope="col">File and place</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sources.map((source) => (
                <Table.Tr key={source.field}>
                  <Table.Th scope="row" fw={500}>
                    {fieldWords(source.field, NO_NAMES)}
                  </Table.Th>
                  <Table.Td className="amount">
                    {valueWords(source.field, source.value as never, formats, NO_NAMES).map((line, index) => (
                      <div key={index}>{line}</div>
                    ))}
                  </Table.Td>
                  <Table.Td style={{ whiteSpace: "nowrap" }}>{date(source.periodEnd, formats)}</Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere", minWidth: "16rem" }}>
                    <Anchor component={Link} inherit href={`/import/?id=${source.importId}`}>
                      {source.fileName}
                    </Anchor>
                    <Text size="xs" c="dimmed">
                      {placeWords(source)}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Drawer>
    </>
  );
}
