import type { ReactNode } from "react";

import { ShownOnce } from "@/components/shown-once";

/** Shows a link for somebody that was just made, once. */
export function MadeLink({
  link,
  lead,
  children,
  onClose,
}: {
  link: string;
  /** What to do with it. */
  lead: string;
  children: ReactNode;
  onClose: () => void;
}) {
  return (
    <ShownOnce title="Link created" label="Link" value={link} onClose={onClose}>
      <p style={{ margin: "0 0 0.5em", overflowWrap: "anywhere" }}>{lead} It won’t be shown again.</p>
      {children}
    </ShownOnce>
  );
}
