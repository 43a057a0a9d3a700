"use client";

import { Group, MultiSelect, Select } from "@mantine/core";

import { useMe } from "@/api/me";
import { useAddress } from "@/components/address";
import { DateFilter as DayFilter } from "@/components/fields/date-filter";

import type { DateFilter, DateKind, DateState } from "./api/dates";
import { KINDS, options, STATES } from "./date-words";

const AWAITED: readonly DateState[] = ["open", "snoozed", "missed"];
const ANY = "any";

/** What the address asks for: dates of which kinds, in which states, whose; and of the list, from when to when. */
export function useDateFilter(): { readonly filter: DateFilter; readonly days: DateFilter } {
  const [search] = useAddress();
  const known = <Word extends string>(name: string, words: Readonly<Record<Word, string>>): Word[] =>
    (search.get(name)?.split(",") ?? []).filter((each): each is Word => each in words);
  const kind = known<DateKind>("kind", KINDS);
  const state = search.has("state") ? known<DateState>("state", STATES) : [...AWAITED];
  const [assignee, from, to] = [search.get("assignee"), search.get("from"), search.get("to")];
  return {
    filter: {
      ...(kind.length === 0 ? {} : { kind }),
      ...(state.length === 0 ? {} : { state }),
      ...(assignee === null ? {} : { assignee }),
    },
    days: { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) },
  };
}

/** Chooses what the address asks for; `days` also from when to when. */
export function DateFilters({ days }: { days: boolean }) {
  const me = useMe().member.id;
  const [search, go] = useAddress();
  const { filter } = useDateFilter();
  const [kind, state] = [filter.kind ?? [], filter.state ?? []];
  const sayStates = (chosen: readonly string[]) => {
    const usual = chosen.length === AWAITED.length && AWAITED.every((each) => chosen.includes(each));
    go({ state: usual ? null : chosen.join(",") || ANY });
  };
  return (
    <Group align="flex-end" gap="sm" className="no-print">
      {days && (
        <>
          <DayFilter
            label="From"
            value={search.get("from") ?? ""}
            onChange={(from) => go({ from })}
            w={150}
          />
          <DayFilter label="To" value={search.get("to") ?? ""} onChange={(to) => go({ to })} w={150} />
        </>
      )}
      <MultiSelect
        label="What"
        data={options(KINDS)}
        value={kind}
        onChange={(value) => go({ kind: value.join(",") })}
        placeholder={kind.length === 0 ? "Everything" : undefined}
        clearable
        miw={220}
      />
      <MultiSelect
        label="State"
        data={options(STATES)}
        value={state}
        onChange={sayStates}
        placeholder={state.length === 0 ? "Any" : undefined}
        clearable
        miw={220}
      />
      <Select
        label="Assigned to"
        data={[
          { value: me, label: "Me" },
          { value: "nobody", label: "Nobody" },
        ]}
        value={search.get("assignee")}
        onChange={(assignee) => go({ assignee })}
        placeholder="Anybody"
        clearable
        w={150}
      />
    </Group>
  );
}
