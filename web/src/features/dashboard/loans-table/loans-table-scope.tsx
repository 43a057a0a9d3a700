"use client";

import { CloseButton, Group, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { writeSearch } from "@/components/address";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { LoanTotals } from "../answers/figures";
import pill from "../filters/filter-bar.module.css";
import { type FigureName, type Listed, loanTotalsQuery } from "../loan-lines/api/loan-lines";
import { FIGURE_WORDS } from "../loan-lines/loans-table-address";

/** Which of the matching loans are listed, where a figure led here, and the way back to all of them. */
export function LoansTableScope({ listed, figure }: { listed: Listed; figure: FigureName }) {
  const formats = useFormats();
  const { leftOut } = listed;
  const words = `${leftOut ? "Not included in" : "Behind"} ${FIGURE_WORDS[figure]}`;
  const whole = useQuery({
    ...loanTotalsQuery({ ...listed, figure: undefined, leftOut: undefined }),
    enabled: leftOut,
  });
  const reasons = (leftOut && whole.data && figureOf(whole.data, figure)?.leftOut.reasons) || [];
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <div className={pill.pill} data-set>
          <Text span size="sm" fw={600} px="xs">
            {words}
          </Text>
          <CloseButton
            size="sm"
            radius="xl"
            aria-label={`Show all matching loans, not only those ${words.charAt(0).toLowerCase()}${words.slice(1)}`}
            onClick={() => writeSearch({ figure: null, leftOut: null })}
          />
        </div>
        <Text size="sm" c="dimmed">
          {leftOut
            ? "These loans match the filters but are not included in the figure."
            : "The figure is computed from these loans."}
        </Text>
      </Group>
      {reasons.length > 0 && (
        <List size="sm" c="dimmed">
          {reasons.map(({ reason, count: times }) => (
            <List.Item key={reason}>
              {count(times, formats)}: {reason}
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

function figureOf(totals: LoanTotals, figure: FigureName) {
  return figure in totals ? totals[figure as keyof LoanTotals & FigureName] : undefined;
}
