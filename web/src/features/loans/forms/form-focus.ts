import { fieldWords } from "../records/field-words";

const NO_NAMES = new Map<string, string>();

/** What a path of the form is called: `properties.0.allocatedAmount` is `Property 1: allocated amount`. */
export function pathWords(path: string): string {
  return fieldWords(path.replace(/\.(\d+)(?=\.|$)/g, "[$1]"), NO_NAMES);
}

/** Put the cursor where a path of the form is edited, or on the group that holds it; tell whether there is such a place. */
export function focusField(path: string): boolean {
  for (let part = path; part !== ""; part = part.includes(".") ? part.slice(0, part.lastIndexOf(".")) : "") {
    const found = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(part)}"]`);
    if (found === null) continue;
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
    return true;
  }
  return false;
}
