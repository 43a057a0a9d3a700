import type { MailState } from "./api/mails";

export const MAIL_STATES: Readonly<Record<MailState, string>> = {
  waiting: "Waiting",
  sent: "Sent",
  kept: "Kept, not sent",
  gathered: "In a digest",
  failed: "Failed",
  dropped: "Dropped",
};
