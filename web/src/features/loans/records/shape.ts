import type { PartyKind } from "@/api/parties";

import type { Draft } from "./api/party";

/** How a field is written and read. `measure` is an area, `number` a plain one that is grouped, `year` is not. */
export type FieldKind =
  | "text"
  | "paragraph"
  | "money"
  | "percent"
  | "ratio"
  | "measure"
  | "number"
  | "year"
  | "choice"
  | "date"
  | "tags"
  | "portfolio";

/** A field by its path on the wire: its form, its fact on the page and its line in the history are made of this. */
export interface Field {
  readonly path: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly options?: readonly string[];
  readonly required?: boolean;
  readonly description?: string;
}

export interface Section {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** Several of the same: contacts, valuations. */
export interface List {
  readonly path: string;
  readonly title: string;
  /** What one of them is called. */
  readonly noun: string;
  readonly fields: readonly Field[];
  /** One of which nothing is said yet. */
  readonly empty: Readonly<Record<string, unknown>>;
  readonly none: string;
}

/** All there is to say about one of the kinds of things that loans refer to. */
export interface Shape {
  readonly kind: PartyKind;
  readonly noun: string;
  readonly plural: string;
  /** Where one of them is: `/lender/?id=…`. */
  readonly address: string;
  readonly listAddress: string;
  readonly sections: readonly Section[];
  readonly lists: readonly List[];
  readonly newDraft: Draft;
  /** What the service keeps of it itself, which is in no draft. */
  readonly kept: readonly string[];
}

export const NAME: Field = { path: "name", label: "Name", kind: "text", required: true };
export const DESCRIPTION: Field = { path: "description", label: "Description", kind: "paragraph" };
export const TAGS: Field = { path: "tags", label: "Tags", kind: "tags" };
export const KEPT: readonly string[] = ["id", "org", "version"];

/** All that a person may say about a thing, out of what is stored. */
export function draftOf<T extends object>(shape: Shape, thing: T): Draft {
  const said = Object.entries(thing).filter(([name]) => !shape.kept.includes(name));
  return Object.fromEntries(said) as unknown as Draft;
}
