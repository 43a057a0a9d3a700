"use client";

import { Anchor } from "@mantine/core";
import { useRef } from "react";

import classes from "../forms/form.module.css";
import { PARTS } from "./loan-form-more";

const SECTIONS = ["Identity", "Amounts and dates", "Rate", "Repayment", "Parties", "Properties"];

/** The parts of the form by their headings, each leading to it; what is folded is opened first. */
export function SectionIndex({ onOpen }: { onOpen: (part: string) => void }) {
  const nav = useRef<HTMLElement>(null);
  const lead = (title: string, part?: string) => {
    if (part !== undefined) onOpen(part);
    // What was folded is there once it is drawn.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const headings = [...(nav.current?.closest("form")?.querySelectorAll<HTMLElement>("h2") ?? [])];
        const heading = headings.find(({ textContent }) => textContent.startsWith(title));
        const section = heading?.closest<HTMLElement>("section, [data-section]");
        section?.scrollIntoView({ block: "start" });
        section
          ?.querySelector<HTMLElement>("input, select, textarea, button:not([aria-expanded])")
          ?.focus({ preventScroll: true });
      }),
    );
  };
  return (
    <nav ref={nav} aria-label="Parts of the form" className={classes.index}>
      {[...SECTIONS.map((title) => ({ title, id: undefined })), ...PARTS].map(({ title, id }) => (
        <Anchor key={title} component="button" type="button" size="xs" onClick={() => lead(title, id)}>
          {title}
        </Anchor>
      ))}
    </nav>
  );
}
