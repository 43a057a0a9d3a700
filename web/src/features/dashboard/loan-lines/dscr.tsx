import { type Formats, ratio } from "@/format/format";

import type { SettingValue } from "../filters/filters";
import type { LoanLine } from "./api/loan-lines";

/** A loan's DSCR from the source that is asked for; the servicer's also where none can be computed, and it says so. */
export function Dscr({
  line,
  source,
  formats,
}: {
  line: Pick<LoanLine, "dscr" | "reportedDscr">;
  source: SettingValue<"source">;
  formats: Formats;
}) {
  if (line.reportedDscr === null || (source === "computed" && line.dscr !== null)) {
    return ratio(source === "computed" ? line.dscr : null, formats);
  }
  return (
    <>
      <small>reported</small> {ratio(line.reportedDscr, formats)}
    </>
  );
}
