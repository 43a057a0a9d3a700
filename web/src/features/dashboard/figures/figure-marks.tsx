"use client";

import { IconClockExclamation } from "@tabler/icons-react";

import { percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Figure } from "../answers/figures";
import classes from "./figure-marks.module.css";
import { coversLittle, isOld } from "./standing";

/** What is to be known before a figure is believed: that it covers little, or is made of something old. */
export function FigureMarks({ figure, withCoverage = true }: { figure: Figure; withCoverage?: boolean }) {
  const formats = useFormats();
  return (
    <>
      {withCoverage && coversLittle(figure) && (
        <span
          className={classes.little}
        >{`${percent(figure.coverage?.share ?? null, formats, 0)} covered`}</span>
      )}
      {isOld(figure) && (
        <IconClockExclamation size={14} aria-label="Older than 15 months:" className={classes.old} />
      )}
    </>
  );
}
