/** A text in parts, of which some are marked: `marks` begin and end at code points, in their order. */
export function parted(
  text: string,
  marks: readonly (readonly number[])[],
): readonly { readonly text: string; readonly marked: boolean }[] {
  const points = Array.from(text);
  const parts: { text: string; marked: boolean }[] = [];
  let at = 0;
  const upTo = (end: number, marked: boolean) => {
    if (end > at) parts.push({ text: points.slice(at, end).join(""), marked });
    at = Math.max(at, end);
  };
  for (const [start = 0, end = 0] of marks) {
    upTo(start, false);
    upTo(end, true);
  }
  upTo(points.length, false);
  return parts;
}
