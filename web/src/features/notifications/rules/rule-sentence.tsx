"use client";

import { Text, type TextProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";

import { type PartyKind, partyNameQuery } from "@/api/parties";
import { Actor } from "@/components/journal/actor";
import { counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { RuleDraft } from "./api/rules";
import { conditionOf } from "./rule-words";

const PARTIES = [
  ["lenderId", "lenders", "lender"],
  ["fundId", "funds", "fund"],
  ["portfolioId", "portfolios", "portfolio"],
] as const;

/** What a rule does, in one sentence. */
export function RuleSentence({ draft, ...look }: { draft: RuleDraft } & TextProps) {
  const formats = useFormats();
  const condition = conditionOf(draft, formats);
  const { recipients = [], urgent = false, escalateTo, escalateAfterHours } = draft;
  if (condition === null) {
    return (
      <Text {...look} c="dimmed">
        Say what to watch: then this sentence says what the rule will do.
      </Text>
    );
  }
  return (
    <Text {...look} style={{ overflowWrap: "anywhere" }}>
      When {condition.what}
      {PARTIES.map(([field, kind, word]) => {
        const id = draft[field];
        return (
          id != null && (
            <Fragment key={field}>
              {` of the ${word} `}
              <PartyName kind={kind} id={id} />
            </Fragment>
          )
        );
      })}{" "}
      {condition.is},{" "}
      {recipients.length === 0
        ? "all who may change loans"
        : recipients.map((id, place) => (
            <Fragment key={id}>
              {place > 0 && (place === recipients.length - 1 ? " and " : ", ")}
              <Actor id={id} />
            </Fragment>
          ))}{" "}
      {recipients.length === 1 ? "is" : "are"} told {urgent && "urgently "}
      {condition.again}
      {escalateTo != null && escalateAfterHours != null && (
        <>
          ; what none of them has seen to after {counted(escalateAfterHours, "hour", "hours", formats)} goes
          to <Actor id={escalateTo} />
        </>
      )}
      .
    </Text>
  );
}

/** What a lender, fund or portfolio is called. */
function PartyName({ kind, id }: { kind: PartyKind; id: string }) {
  const { data, error } = useQuery({ ...partyNameQuery(kind, id), retry: false });
  return <strong>{data ?? (error === null ? "…" : "that is no longer there")}</strong>;
}
