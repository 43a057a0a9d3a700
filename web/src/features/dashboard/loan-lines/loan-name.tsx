import { Anchor, Table, Text } from "@mantine/core";

import Link from "@/components/link";
import { shortNumber } from "@/format/format";

import classes from "./loan-lines.module.css";

/** The head of a loan's line: its name, which leads to it, and its number with what else is to be said of it. */
export function LoanName({
  line,
  tab,
  remark,
}: {
  line: { readonly loanId: string; readonly name: string; readonly number: string };
  tab?: string;
  remark?: string;
}) {
  return (
    <Table.Th scope="row" className={classes.loan}>
      <Anchor
        component={Link}
        href={`/loan/?id=${line.loanId}${tab === undefined ? "" : `&tab=${tab}`}`}
        prefetch={false}
        fz="sm"
        className={classes.link}
        title={`${line.name} · ${line.number}`}
      >
        <bdi>{line.name}</bdi>{" "}
        <Text span size="xs" c="dimmed">
          {[shortNumber(line.number), remark].filter((words) => words !== undefined).join(", ")}
        </Text>
      </Anchor>
    </Table.Th>
  );
}
