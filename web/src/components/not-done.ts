import { notifications } from "@mantine/notifications";

/** Says that something was not done, and why, until it is closed: for what has no form to say it in. */
export const notDone =
  (title: string) =>
  ({ message }: Error): void => {
    notifications.show({ color: "red", title, message, autoClose: false });
  };

export const notSaved = notDone("Not saved");
