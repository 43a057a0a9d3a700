"use client";

import { Kbd, Modal, SimpleGrid, Stack, Switch, Table, Text, Title } from "@mantine/core";
import { Fragment } from "react";

import { useMe } from "@/api/me";

import { commandKey } from "./command-key";
import { SHORTCUTS, type Shortcut } from "./shortcuts";
import { useSingleKeys } from "./use-shortcuts";

const GROUPS = ["Do", "Go to", "In a table"] as const satisfies readonly Shortcut["group"][];

/** All keys of the product, from the table that the handler acts by. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { permissions } = useMe().member;
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const shortcuts: readonly Shortcut[] = [
    { keys: `${commandKey()}+K`, label: "Search and commands, from anywhere", group: "Do" },
    ...SHORTCUTS.filter(({ needs }) => needs === undefined || permissions.includes(needs)),
  ];
  return (
    <Modal opened onClose={onClose} title="Keyboard" size="xl" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xl">
          {GROUPS.map((group) => (
            <section key={group} aria-label={group}>
              <Title order={3} size="h5" mb={4}>
                {group}
              </Title>
              <Table verticalSpacing={4} horizontalSpacing={0} withRowBorders={false} aria-label={group}>
                <Table.Tbody>
                  {shortcuts
                    .filter((shortcut) => shortcut.group === group)
                    .map(({ keys, label }) => (
                      <Table.Tr key={keys}>
                        <Table.Th scope="row" fw={400} fz="sm">
                          {label}
                        </Table.Th>
                        <Table.Td ta="end" style={{ whiteSpace: "nowrap" }}>
                          <Keys keys={keys} />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                </Table.Tbody>
              </Table>
            </section>
          ))}
        </SimpleGrid>
        <Switch
          label="Single-key shortcuts"
          description="Turn off if they interfere with speech input or other tools."
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}

/** `g d` as two keys, `Space or Enter` as two ways. */
function Keys({ keys }: { keys: string }) {
  return keys.split(" ").map((key, place) => (
    <Fragment key={place}>
      {place > 0 && " "}
      {key === "or" ? (
        <Text span size="xs" c="dimmed">
          or
        </Text>
      ) : (
        <Kbd size="xs">{key}</Kbd>
      )}
    </Fragment>
  ));
}
