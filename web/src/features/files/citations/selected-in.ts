/** The words that are selected within an element, on one line; empty where none are. */
export function selectedIn(element: Element | null): string {
  const selection = window.getSelection();
  if (element === null || selection === null || selection.rangeCount === 0 || selection.isCollapsed)
    return "";
  const { commonAncestorContainer } = selection.getRangeAt(0);
  if (!element.contains(commonAncestorContainer)) return "";
  return selection.toString().replace(/\s+/g, " ").trim();
}
