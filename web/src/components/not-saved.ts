import { notifications } from "@mantine/notifications";

/** Says that something was not saved, and why, until it is closed: for what has no form to say it in. */
export const notSaved = (error: Error): void => {
  notifications.show({ color: "red", title: "Not saved", message: error.message, autoClose: false });
};
