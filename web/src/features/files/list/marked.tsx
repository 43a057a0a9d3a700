import { Mark } from "@mantine/core";

import { parted } from "./parted";

/** A part of a text with the words that were looked for marked. */
export function Marked({ text, marks }: { text: string; marks: readonly (readonly number[])[] }) {
  return (
    <>
      {parted(text, marks).map(({ text: part, marked }, place) =>
        marked ? <Mark key={place}>{part}</Mark> : <span key={place}>{part}</span>,
      )}
    </>
  );
}
