import { Alert, type AlertProps } from "@mantine/core";

/** Something to know before going on: colored, but read in the text's own color. */
export function LoanNotice(notice: AlertProps) {
  return <Alert {...notice} styles={{ title: { color: "var(--mantine-color-text)" } }} />;
}
