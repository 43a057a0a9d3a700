"use client";

import { Alert, Anchor, Button, List } from "@mantine/core";

import { Amount } from "@/components/amount";
import Link from "@/components/link";
import { useFormats } from "@/format/formats";

import { loansWords } from "../figures/figure-details";
import type { Forecast } from "./api/forecast";
import { reasonWords } from "./forecast-words";

const FIXING = /fixing of .* is missing/;

/** The loans of which nobody knows what falls due, by reason: they are in no sum. */
export function LeftOut({ data, onShow }: { data: Forecast; onShow: () => void }) {
  const formats = useFormats();
  const left = data.loans - data.computed;
  return (
    <Alert color="yellow" variant="light" title={`Not included: ${loansWords(left, formats)}`}>
      <List size="sm" aria-label="Why they are not included">
        {data.leftOut.map(({ reason, count, balance }) => (
          <List.Item key={reason}>
            {`${reasonWords(reason, formats)}: ${loansWords(count, formats)}, `}
            <Amount value={balance} />
            {FIXING.test(reason) && (
              <>
                {". "}
                <Anchor component={Link} href="/rates/" inherit c="inherit" underline="always">
                  Add fixings
                </Anchor>
              </>
            )}
          </List.Item>
        ))}
      </List>
      <Button size="compact-sm" variant="light" mt="xs" onClick={onShow}>
        Show these loans
      </Button>
    </Alert>
  );
}
