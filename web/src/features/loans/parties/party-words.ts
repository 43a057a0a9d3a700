import { count, date, exactRate, type Formats, money, ratio, UNKNOWN, word } from "@/format/format";

import type { Names } from "../records/field-words";
import type { Value } from "../records/merge";
import type { Field, FieldKind, List, Shape } from "../records/shape";

/** A field's value as people read it. */
export function fieldText(kind: FieldKind, value: unknown, formats: Formats, names: Names): string {
  if (value === null || value === undefined || value === "") return UNKNOWN;
  if (Array.isArray(value)) return value.length === 0 ? UNKNOWN : value.join(", ");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  const text = String(value);
  switch (kind) {
    case "money":
      return isDecimal(text) ? money(text, formats) : text;
    case "percent":
      return isDecimal(text) ? exactRate(text, formats) : text;
    case "ratio":
      return isDecimal(text) ? ratio(text, formats) : text;
    case "measure":
      return isDecimal(text) ? count(text, formats, 2) : text;
    case "number":
      return isDecimal(text) ? count(text, formats) : text;
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? date(text, formats) : text;
    case "choice":
      return word(text);
    case "portfolio":
      return names.get(text) ?? text;
    default:
      return text;
  }
}

/** What a path of the wire is called, `contacts[0].email` as `Contact 1: email`, and how its value is read. */
export function partyFieldWords(shape: Shape, path: string): string {
  const found = locate(shape, path);
  if (found.list !== null) {
    if (found.place === null) return found.list.title;
    const thing = `${found.list.noun} ${found.place + 1}`;
    return found.field === null ? thing : `${thing}: ${lowered(found.field.label)}`;
  }
  if (found.field !== null) return found.field.label;
  if (path.startsWith("customFields.")) return `Custom field “${path.slice("customFields.".length)}”`;
  return (
    OTHERS[path.replace(/\[.*$/, "")] ??
    word(path.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`))
  );
}

/** A value at a path as people read it, a line for each thing of a list. */
export function partyValueWords(
  shape: Shape,
  path: string,
  value: Value,
  formats: Formats,
  names: Names,
): readonly string[] {
  const { list, field } = locate(shape, path);
  if (list !== null && field === null) {
    const items = Array.isArray(value) ? value : value == null ? [] : [value];
    return items.length === 0
      ? ["None"]
      : items.map((item) => itemWords(list, item as Value, formats, names));
  }
  return [fieldText(field?.kind ?? "text", value, formats, names)];
}

function itemWords(list: List, item: Value, formats: Formats, names: Names): string {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return String(item);
  const known = item as Record<string, Value>;
  return list.fields
    .filter(({ path }) => known[path] != null && known[path] !== "")
    .map(({ path, kind }) => fieldText(kind, known[path], formats, names))
    .join(", ");
}

const OTHERS: Readonly<Record<string, string>> = {
  deal: "Deal",
  assetNumber: "Asset number",
  tags: "Tag",
};

function locate(
  shape: Shape,
  path: string,
): { list: List | null; place: number | null; field: Field | null } {
  const [, name = path, place, inner] = /^(\w+)(?:\[(\d+)\](?:\.(\w+))?)?$/.exec(path) ?? [];
  const list = shape.lists.find((known) => known.path === name);
  if (list !== undefined) {
    const field = list.fields.find((known) => known.path === inner) ?? null;
    return { list, place: place === undefined ? null : Number(place), field };
  }
  const field = shape.sections.flatMap(({ fields }) => fields).find((known) => known.path === path);
  return { list: null, place: null, field: field ?? null };
}

const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

const lowered = (label: string): string =>
  label === label.toUpperCase() ? label : label.charAt(0).toLowerCase() + label.slice(1);
