"use client";

import { VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { count, type Formats, percent } from "@/format/format";
import { useFormats } from "@/format/formats";

import { useDrillDown } from "../drill-down/drill-down";
import { breakWords } from "../figures/break-words";
import { COMPOSITION_WORDS, type CompositionName, loansOf, partWords } from "../figures/composition-words";
import { CoverageBar } from "../figures/coverage-bar";
import { Explained } from "../figures/explained";
import { FigureDetails, loansWords } from "../figures/figure-details";
import { FigureMarks } from "../figures/figure-marks";
import { CONCENTRATION, FIGURE_WORDS, type FigureName, figureText, SHARE } from "../figures/figure-words";
import type { Figure } from "../answers/figures";
import classes from "./headline.module.css";
import { changeOf } from "./change";
import { Sparkline } from "./sparkline";

/** A headline figure, a `lead` one with its course and change; pointing at it or pressing it explains it. */
export function HeadlineFigure({
  name,
  figure,
  points,
  measured = null,
  lead = false,
}: {
  name: FigureName;
  figure: Figure;
  points: readonly Schemas["Point"][];
  /** What of the figure is allocated to the properties that are asked for, and the whole loans, where some are. */
  measured?: { readonly allocated: string; readonly whole: string; readonly measure: string } | null;
  lead?: boolean;
}) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const words = FIGURE_WORDS[name];
  const change = lead ? changeOf(words.kind, points, formats) : null;
  const showLeftOut = () =>
    drillDown({
      title: `Not included in ${words.label}`,
      figure: name,
      leftOut: true,
      reasons: figure.leftOut.reasons,
    });
  const gap = lead ? breakWords(points, formats) : null;
  const warns = name === "pastMaturity" && figure.loans > 0;
  const explained = (
    <Explained
      name={words.label}
      className={lead ? classes.lead : classes.row}
      details={(close) => (
        <FigureDetails
          words={words}
          figure={figure}
          points={points}
          onLoans={() => {
            close();
            drillDown({ title: words.label, figure: name });
          }}
          onLeftOut={() => {
            close();
            showLeftOut();
          }}
        />
      )}
    >
      <span className={classes.label}>{words.label}</span>
      {lead && <Sparkline points={points} />}
      {lead && gap !== null && <VisuallyHidden>{` ${gap} `}</VisuallyHidden>}
      <span className={classes.value} data-figure={name}>
        <FigureMarks figure={figure} withCoverage={!lead} />
        {warns && <IconAlertTriangle size={14} aria-label="Attention:" className={classes.warning} />}
        <span className={words.kind === "money" ? "amount" : undefined}>
          {figureText(words.kind, figure.value, formats, { short: true })}
        </span>
        {name === "maturingWithinYear" && figure.numerator !== null && (
          <span className={classes.beside}>
            <Amount value={figure.numerator.value} short />
          </span>
        )}
      </span>
      {lead && (
        <span className={classes.note}>
          {change !== null && <span>{change.text}</span>}
          {measured === null ? <span>{noteOf(figure, formats)}</span> : <Measured {...measured} />}
        </span>
      )}
    </Explained>
  );
  if (!lead) return explained;
  return (
    <div className={classes.cell}>
      {explained}
      <CoverageBar name={words.label} figure={figure} onLeftOut={showLeftOut} />
    </div>
  );
}

/** Which of the two an amount is, and what the other one would be. */
function Measured({ allocated, whole, measure }: { allocated: string; whole: string; measure: string }) {
  if (measure === "whole") {
    return (
      <span>
        <Amount value={whole} /> whole loans, <Amount value={allocated} /> of it allocated to these properties
      </span>
    );
  }
  return (
    <span>
      <Amount value={allocated} /> allocated to these properties, of <Amount value={whole} /> whole loans
    </span>
  );
}

/** What stands below a hero figure: the whole amount, or over how many loans. */
function noteOf({ value, unit, loans, leftOut }: Figure, formats: Formats): ReactNode {
  if (unit === "money") return <Amount value={value} />;
  return leftOut.count === 0
    ? loansWords(loans, formats)
    : `${count(loans, formats)} of ${loansWords(loans + leftOut.count, formats)}`;
}

/** How concentrated a composition is; `short` where what it is of stands beside it. */
export function ConcentrationFigure({ of, figure }: { of: CompositionName; figure: Figure }) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const { title, field } = COMPOSITION_WORDS[of];
  const label = `HHI ${title.toLowerCase()}`;
  return (
    <Explained
      name={label}
      className={classes.short}
      details={(close) => (
        <FigureDetails
          words={{ label, ...CONCENTRATION }}
          figure={figure}
          onLoans={() => {
            close();
            drillDown({ title: label, figure: "outstanding" });
          }}
          onLeftOut={() => {
            close();
            drillDown({
              title: `Not included in ${label}`,
              part: { [field]: ["none"] },
              figure: "outstanding",
            });
          }}
        />
      )}
    >
      <span className={classes.label}>HHI</span>
      <span className={classes.value} data-concentration={of}>
        {figureText(CONCENTRATION.kind, figure.value, formats)}
      </span>
    </Explained>
  );
}

/** A part of a composition with its share, of which `whole` is what is outstanding. */
export function PartFigure({
  of,
  slice,
  whole,
}: {
  of: CompositionName;
  slice: Schemas["Slice"];
  whole: Figure;
}) {
  const formats = useFormats();
  const drillDown = useDrillDown();
  const label = partWords(of, slice);
  const figure: Figure = {
    ...whole,
    unit: "ratio",
    value: slice.share,
    formula: `Σ current balance (${label.toLowerCase()}) ÷ Σ current balance`,
    numerator: { name: `Σ current balance (${label.toLowerCase()})`, value: slice.balance },
    denominator: whole.numerator,
    loans: slice.loans,
  };
  return (
    <Explained
      name={label}
      className={classes.row}
      details={(close) => (
        <FigureDetails
          words={{ label, ...SHARE }}
          figure={figure}
          onLoans={() => {
            close();
            drillDown({ title: label, ...loansOf(of, slice.key) });
          }}
        />
      )}
    >
      <span className={classes.label}>{label}</span>
      <span className={classes.value}>
        {percent(slice.share, formats)}
        <span className={classes.beside}>
          <Amount value={slice.balance} short />
        </span>
      </span>
    </Explained>
  );
}
