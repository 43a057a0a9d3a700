import type { Version } from "../records/api/documents";

/** How a version is shown: by what draws it, as the text that was found in it, or not at all. */
export type PreviewKind = "none" | "pdf" | "picture" | "data" | "text" | "pages";

const PICTURES = new Set(["image/gif", "image/jpeg", "image/png", "image/webp"]);

/** `current` is the version whose text is kept. */
export function previewKind(version: Version, current: number | null): PreviewKind {
  if (version.scan === "pending" || version.scan === "infected") return "none";
  if (version.mediaType === "application/pdf") return "pdf";
  if (PICTURES.has(version.mediaType)) return "picture";
  if (version.previewed) return "data";
  if (version.mediaType === "text/plain") return "text";
  return version.pages !== null && version.pages > 0 && version.number === current ? "pages" : "none";
}
