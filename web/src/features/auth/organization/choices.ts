import type { Schemas } from "@/api/client";

export const ORGANIZATION_KINDS: readonly Schemas["OrganizationKind"][] = [
  "owner",
  "asset_manager",
  "fund",
  "lender",
  "servicer",
  "broker",
  "other",
];

/** What can be chosen of currencies, time zones and languages: what the browser knows, and what is stored already. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

const LOCALES = [
  "en-US",
  "en-GB",
  "en-CA",
  "en-AU",
  "de-DE",
  "de-CH",
  "fr-FR",
  "fr-CA",
  "es-ES",
  "es-MX",
  "it-IT",
  "nl-NL",
  "pt-BR",
  "ja-JP",
  "zh-CN",
];

export function currencies(stored: string): Choice[] {
  const names = new Intl.DisplayNames("en", { type: "currency" });
  return choices(Intl.supportedValuesOf("currency"), stored, (code) => `${code} · ${names.of(code) ?? code}`);
}

export function locales(stored: string): Choice[] {
  const names = new Intl.DisplayNames("en", { type: "language" });
  return choices(LOCALES, stored, (tag) => `${tag} · ${names.of(tag) ?? tag}`);
}

function choices(known: readonly string[], stored: string, label: (value: string) => string): Choice[] {
  return [...new Set([...known, stored])].map((value) => ({ value, label: label(value) }));
}
