import type { Schemas } from "@/api/client";

import type { Note, NoteDraft } from "./api/notes";

export const NOTE_KINDS: Readonly<Record<Schemas["NoteKind"], string>> = {
  general: "General",
  call: "Call",
  meeting: "Meeting",
  inspection: "Inspection",
  watchlist: "Watchlist",
  workout: "Workout",
};

export const PRIORITIES: Readonly<Record<Schemas["NotePriority"], string>> = {
  low: "Low",
  normal: "Normal",
  high: "High",
};

export const NEW_NOTE: NoteDraft = {
  text: "",
  kind: "general",
  priority: "normal",
  private: false,
  pinned: false,
  mentions: [],
  tags: [],
};

/** What a person may say of a note, as it is stored. */
export const draftOf = ({
  text,
  kind,
  priority,
  private: secret,
  pinned,
  mentions,
  tags,
}: Note): NoteDraft => ({
  text,
  kind,
  priority,
  private: secret,
  pinned,
  mentions,
  tags,
});
