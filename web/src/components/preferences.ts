"use client";

import { useLocalStorage } from "@mantine/hooks";
import { useEffect } from "react";

/** Whether amounts are blurred, kept on this device; the mark on the document is what the style sheet reads. */
export function useBlurredAmounts(): [boolean, () => void] {
  const [blurred, setBlurred] = useLocalStorage({ key: "realinsights-blurred", defaultValue: false });
  // The document's root is outside of React's tree.
  useEffect(() => {
    document.documentElement.toggleAttribute("data-blurred", blurred);
  }, [blurred]);
  return [blurred, () => setBlurred((before) => !before)];
}
