import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "@/api/client";
import { cursorPages } from "@/components/table/pages";

export type Mail = Schemas["MailSummary"];
export type MailState = Schemas["MailState"];

const page = (state: MailState | null, limit: number, cursor?: string, signal?: AbortSignal) =>
  answered(api.GET("/api/v1/mails", { params: { query: { state, limit, cursor } }, signal }));

/** Mails to members, the latest first. */
export const mailsPages = (state: MailState | null) =>
  cursorPages<Mail>(["mails", "list", state], (cursor, signal) => page(state, 50, cursor, signal));

/** Why no mail leaves; null where it does. */
export const mailNoticeQuery = queryOptions({
  queryKey: ["mails", "notice"],
  queryFn: async ({ signal }) => (await page(null, 1, undefined, signal)).notice,
});

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: ["mails", "one", id],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/mails/{mail_id}", { params: { path: { mail_id: id } }, signal })),
  });
