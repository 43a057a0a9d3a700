"use client";

import { type ReactNode, use } from "react";

import { UNKNOWN } from "@/format/format";

import { CitedContext } from "./cited";
import classes from "./facts.module.css";
import { SourceMark } from "./source-mark";

/** A dense list of what is known. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

/** One thing that is known; `field` is its path on the wire, by which its source and its citations are found. */
export function Fact({ label, field, children }: { label: string; field?: string; children?: ReactNode }) {
  const cited = use(CitedContext);
  return (
    <div className={classes.fact}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {children ?? UNKNOWN}
        {field !== undefined && <SourceMark field={field} label={label} />}
        {field !== undefined && cited !== null && (
          <cited.citing.Mark loan={cited.loan} field={field} label={label} />
        )}
      </dd>
    </div>
  );
}
