"use client";

import { UnstyledButton } from "@mantine/core";

import { percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Figure } from "../answers/figures";
import classes from "./coverage-bar.module.css";
import { coversLittle } from "./standing";

/** How much of the balance a figure covers, as a bar; pressing it shows who is missing, and why. */
export function CoverageBar({
  name,
  figure,
  onLeftOut,
}: {
  name: string;
  figure: Figure;
  onLeftOut: () => void;
}) {
  const formats = useFormats();
  const { coverage, leftOut } = figure;
  if (coverage?.share == null) return null;
  const share = percent(coverage.share, formats, 0);
  const bar = (
    <>
      <span className={classes.track} aria-hidden>
        <span className={classes.fill} style={{ width: `${Number(coverage.share) * 100}%` }} />
      </span>
      <span className={classes.share}>{`${share} of balance`}</span>
    </>
  );
  const little = coversLittle(figure) || undefined;
  if (leftOut.count === 0) {
    return (
      <div className={classes.bar} data-little={little}>
        {bar}
      </div>
    );
  }
  return (
    <UnstyledButton
      className={classes.bar}
      data-little={little}
      aria-label={`${share} of balance in ${name}: show what is not included`}
      onClick={onLeftOut}
    >
      {bar}
    </UnstyledButton>
  );
}
