import { type Formats, money } from "@/format/format";

/** An amount in a table: `<Amount>` without what a thousand cells need not carry; it is blurred the same way. */
export function moneyCell(value: string | null | undefined, formats: Formats) {
  return <span className="amount">{money(value, formats)}</span>;
}
