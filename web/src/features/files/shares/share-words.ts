import type { Schemas } from "@/api/client";

import type { Share } from "./api/shares";

/** Wrong passwords after which a link ends. */
const MOST_FAILURES = 50;

/** Whether a link can be opened at a time, or why not. `confidential`: its document is, by now. */
export function standingOf(
  share: Share,
  now: Date,
  confidential: boolean,
): { readonly label: string; readonly open: boolean } {
  if (share.revokedAt !== null) return { label: "Revoked", open: false };
  if (confidential && !share.confidential) {
    return { label: "Closed: the document became confidential", open: false };
  }
  if (new Date(share.expiresAt) <= now) return { label: "Expired", open: false };
  if (share.failures >= MOST_FAILURES) return { label: "Blocked: too many wrong passwords", open: false };
  if (share.mostDownloads !== null && share.downloads >= share.mostDownloads) {
    return { label: "All downloads used", open: false };
  }
  return { label: "Active", open: true };
}

export const OUTCOMES: Readonly<Record<Schemas["AccessOutcome"], string>> = {
  opened: "Opened",
  wrong_password: "Wrong password",
  ended: "Refused: the link had ended",
};

/** How often a link was used, of how often it can be. */
export const usedWords = ({ downloads, mostDownloads }: Share): string =>
  mostDownloads === null
    ? `${downloads} ${downloads === 1 ? "download" : "downloads"}`
    : `${downloads} of ${mostDownloads} ${mostDownloads === 1 ? "download" : "downloads"}`;

/** The end of a day where the person is, as the API takes it. */
export const endOf = (day: string): string => new Date(`${day}T23:59:59`).toISOString();
