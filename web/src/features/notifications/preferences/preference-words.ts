import type { Schemas } from "@/api/client";

import type { Channel, Topic } from "./api/preferences";

/** What people are told of, in the order in which it is offered. */
export const TOPICS: Readonly<Record<Topic, { label: string; about: string }>> = {
  critical_date: { label: "Critical dates", about: "A maturity, notice or payment comes near." },
  delinquency_changed: { label: "Delinquency", about: "A loan becomes late, later or current." },
  figure_moved: { label: "Figures", about: "A balance or a DSCR moves by more than Rules says." },
  import_ended: { label: "Imports", about: "A tape that you imported is done, failed or undone." },
  report_ended: { label: "Reports", about: "A scheduled report was made, or could not be." },
  mentioned: { label: "Mentions", about: "A colleague mentions you in a note." },
  assigned: { label: "Assignments", about: "A colleague gives you something to do." },
  rule: { label: "Rules", about: "A rule of your organization is met." },
  escalated: { label: "Escalations", about: "Something urgent was seen by nobody." },
  member_invited: { label: "Invitations", about: "Somebody was invited (administrators)." },
  member_joined: { label: "New members", about: "Somebody joined (administrators)." },
  new_device: { label: "New device", about: "Your account was signed in to from a new device." },
  account: { label: "Your account", about: "Links for your address, your password and invitations." },
  endpoint_disabled: { label: "Webhook disabled", about: "An endpoint is sent nothing (administrators)." },
};

export const CHANNELS: Readonly<Record<Channel, string>> = { inbox: "Inbox", mail: "Email" };

export const DIGESTS: Readonly<Record<Schemas["Digest"], string>> = {
  at_once: "At once",
  daily: "Once a day",
  weekly: "Once a week",
};

/** By number: 0 is Monday. */
export const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

/** An hour of the day as people say it: `8:00 AM`. */
export const hourWords = (hour: number, locale: string): string => clockWords(`${hour}:00`, locale);

/** A time of day, `22:30:00`, as people say it: `10:30 PM`. */
export function clockWords(time: string, locale: string): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(
    Date.UTC(2000, 0, 1, hour, minute),
  );
}

/** The hours of a day, as choices. */
export const hours = (locale: string) =>
  Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: hourWords(hour, locale) }));
