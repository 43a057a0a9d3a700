import { appendFileSync } from "node:fs";

/** Print a line of the table, and keep it where `REALINSIGHTS_REPORT` says. */
export function report(what: string, measured: string, target: string, met: boolean): void {
  const line = `| ${what} | ${measured} | ${target} | ${target === "" ? "" : met ? "yes" : "**no**"} |`;
  process.stdout.write(`${line}\n`);
  if (process.env.REALINSIGHTS_REPORT) appendFileSync(process.env.REALINSIGHTS_REPORT, `${line}\n`);
}
