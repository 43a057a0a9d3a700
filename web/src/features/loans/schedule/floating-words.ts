import type { Schemas } from "@/api/client";
import { date, exactRate, type Formats } from "@/format/format";

type Period = Schemas["FloatingPeriod"];

/** Where a period lies and how its rate is known, in a few words. */
export function standingOf({ standing, known }: Pick<Period, "standing" | "known">): string {
  const lies = { past: "Past", present: "Present", projected: "To come" }[standing];
  const rate = { fixed: "fixed", fixing: "by fixing", projected: "projected" }[known];
  return `${lies}, ${rate}`;
}

/** What a period's rate was made of: the index as it was read, and what bounded the sum. */
export function resetWords({ rates }: Pick<Period, "rates">, formats: Formats): string {
  return rates
    .map(({ reset }) => {
      if (reset === null) return "Fixed by the note";
      const read = `${exactRate(reset.indexValue, formats)} of ${date(reset.fixingOn ?? reset.determinedOn, formats)}`;
      const bound = {
        none: "",
        index_floor: ", at the index floor",
        rate_floor: ", at the rate floor",
        ceiling: ", at the ceiling",
      }[reset.boundBy];
      return `${read}${bound}${reset.provisional ? ", provisional" : ""}`;
    })
    .join("; ");
}
