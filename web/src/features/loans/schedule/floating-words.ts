import type { Schemas } from "@/api/client";
import { date, exactRate, type Formats, money } from "@/format/format";

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
      return `${read}${bound}${reset.provisional ? ", provisional" : ""}${revisedWords(reset.revised, formats)}`;
    })
    .join("; ");
}

/** Which of a rate's fixings were revised, and from which value; of several the first one is named. */
function revisedWords(revised: Schemas["ResetView"]["revised"], formats: Formats): string {
  const [first] = revised;
  if (first === undefined) return "";
  const more = revised.length > 1 ? ` and ${revised.length - 1} more` : "";
  const change = `${exactRate(first.former, formats)} to ${exactRate(first.value, formats)}`;
  return `, revised on ${date(first.knownOn, formats)} from ${change}${more}`;
}

/** What fixings that were revised later change of a past period's interest; empty where they change nothing. */
export function adjustmentWords({ adjustment }: Pick<Period, "adjustment">, formats: Formats): string {
  if (adjustment === null) return "";
  const { formerInterest, difference } = adjustment;
  return `${money(difference, formats)} to adjust: ${money(formerInterest, formats)} by what was known when due`;
}
