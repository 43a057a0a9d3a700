"use client";

import { IconClockExclamation } from "@tabler/icons-react";

import type { Figure } from "../answers/figures";
import classes from "./figure-marks.module.css";
import { isOld } from "./standing";

/** What is to be known before a figure is believed: that it is made of something old. */
export function FigureMarks({ figure }: { figure: Figure }) {
  return (
    isOld(figure) && (
      <IconClockExclamation size={14} aria-label="Older than 15 months:" className={classes.old} />
    )
  );
}
