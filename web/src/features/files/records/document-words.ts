import { word } from "@/format/format";

import { type DocumentKind, isUnderWay, type Version } from "./api/documents";

/** What a document can be, in the order in which a closing binder has it. */
export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  "note",
  "loan_agreement",
  "amendment",
  "guaranty",
  "title",
  "survey",
  "insurance",
  "appraisal",
  "environmental",
  "engineering",
  "rent_roll",
  "operating_statement",
  "tax",
  "invoice",
  "report",
  "correspondence",
  "other",
];

export const kindWords = (kind: DocumentKind): string => (kind === "title" ? "Title policy" : word(kind));

export const KIND_CHOICES = DOCUMENT_KINDS.map((kind) => ({ value: kind, label: kindWords(kind) }));

/** What names of files say about their kind; the first that is found counts. */
const NAMED: readonly (readonly [RegExp, DocumentKind])[] = [
  [/amend|modif|extension/, "amendment"],
  [/guarant/, "guaranty"],
  [/loan[ _-]*agree|credit[ _-]*agree/, "loan_agreement"],
  [/\bnote\b|promissory/, "note"],
  [/apprais|valuation/, "appraisal"],
  [/rent[ _-]*roll/, "rent_roll"],
  [/operating|\bt-?12\b|income[ _-]*statement/, "operating_statement"],
  [/insur|\bacord\b/, "insurance"],
  [/title/, "title"],
  [/survey|\balta\b/, "survey"],
  [/environment|phase[ _-]*(1|i)\b/, "environmental"],
  [/engineer|\bpca\b|property[ _-]*condition/, "engineering"],
  [/\btax/, "tax"],
  [/invoice/, "invoice"],
  [/letter|corresp|\.eml$/, "correspondence"],
  [/report/, "report"],
];

/** What a file probably is, by its name: a proposal that a person can change. */
export function kindOfName(fileName: string): DocumentKind {
  const name = fileName.toLowerCase().replaceAll("_", " ");
  return NAMED.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

export type Tone = "good" | "news" | "bad" | "quiet";

export interface Told {
  readonly label: string;
  readonly tone: Tone;
  /** What it means and what to do, in a sentence; null where the label says all. */
  readonly more: string | null;
}

/** How far a version is, or why it is not to be had. */
export function stateOf(version: Pick<Version, "state" | "scan" | "finding" | "note">): Told {
  if (version.state === "quarantined" || version.scan === "infected") {
    return {
      label: "Infected",
      tone: "bad",
      more: `Malware was found${version.finding === null ? "" : ` (${version.finding})`}. Nobody can open this version. Upload a clean one.`,
    };
  }
  if (version.scan === "pending") {
    return {
      label: "Being scanned",
      tone: "news",
      more: "It can be opened once the scan for malware is done.",
    };
  }
  if (isUnderWay(version)) {
    return { label: "Being read", tone: "news", more: "It can be opened; its text is found in a moment." };
  }
  const note = version.note === null ? null : `${sentenceCase(version.note)}.`;
  if (version.state === "encrypted") {
    return {
      label: "Password",
      tone: "bad",
      more: "The file opens with a password only, so its text is not searched. Upload one without.",
    };
  }
  if (version.state === "too_large") return { label: "Not searchable", tone: "quiet", more: note };
  if (version.state === "unreadable") {
    return { label: "Unreadable", tone: "bad", more: note ?? "The file is damaged. Upload it again." };
  }
  return { label: "Ready", tone: "good", more: note };
}

const sentenceCase = (text: string): string =>
  (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\.$/, "");
