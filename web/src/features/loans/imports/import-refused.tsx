import { Alert, List, Text } from "@mantine/core";
import { IconFileOff } from "@tabler/icons-react";

import type { RefusedFile } from "../tapes/tape-files";

/** The files that were not taken, each with the reason. */
export function ImportRefused({
  files,
  onDismiss,
}: {
  files: readonly RefusedFile[];
  onDismiss: () => void;
}) {
  if (files.length === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<IconFileOff aria-hidden />}
      title={files.length === 1 ? "One file was not taken" : `${files.length} files were not taken`}
      role="alert"
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={onDismiss}
    >
      <List size="sm" spacing={2}>
        {files.map(({ name, reason }, index) => (
          <List.Item key={index} style={{ overflowWrap: "anywhere" }}>
            <Text span fw={600} inherit>
              {name}
            </Text>{" "}
            {reason}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
