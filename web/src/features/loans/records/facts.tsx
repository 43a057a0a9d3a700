"use client";

import type { ReactNode } from "react";

import { UNKNOWN } from "@/format/format";

import classes from "./facts.module.css";
import { SourceMark } from "./source-mark";

/** A dense list of what is known. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

/** One thing that is known; `field` is its path on the wire, by which its source is found. */
export function Fact({ label, field, children }: { label: string; field?: string; children?: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {children ?? UNKNOWN}
        {field !== undefined && <SourceMark field={field} label={label} />}
      </dd>
    </div>
  );
}
