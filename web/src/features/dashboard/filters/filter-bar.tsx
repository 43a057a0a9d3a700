"use client";

import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Fragment, type ReactNode } from "react";

import { dashboardQuery } from "./api/dashboard";
import { ChoiceFilter } from "./choice-filter";
import classes from "./filter-bar.module.css";
import { DateFilter } from "./date-filter";
import { choicesOf, FIELD_WORDS } from "./filter-words";
import { CHOICE_FIELDS, isByProperty, isFiltered, unfiltered, withChoices } from "./filters";
import { MaturityFilter } from "./maturity-filter";
import { SettingFilter } from "./setting-filter";
import { useFilters } from "./use-filters";

const MeasureSwitch = dynamic(() => import("./measure-switch").then((part) => part.MeasureSwitch), {
  loading: () => null,
});

/**
 * Which loans the page is about, held in the address bar: one bar for the dashboard and for the list of loans. What can
 * be chosen is what the whole portfolio has, with its number of loans. `children` stand at its end.
 */
export function FilterBar({ children }: { children?: ReactNode }) {
  const [filters, setFilters] = useFilters();
  const { data } = useQuery(dashboardQuery({}));
  return (
    <Group role="group" aria-label="Filters" gap={6} className={classes.bar}>
      {CHOICE_FIELDS.map((field) => {
        const chosen = filters[field] ?? [];
        return (
          <Fragment key={field}>
            <ChoiceFilter
              field={field}
              chosen={chosen}
              choices={choicesOf(field, data?.compositions, chosen)}
              further={data?.compositions[FIELD_WORDS[field].composition].further ?? 0}
              onChange={(change) =>
                setFilters((before) => withChoices(before, field, change(before[field] ?? [])))
              }
            />
            {field === "state" && isByProperty(filters) && (
              <MeasureSwitch filters={filters} onChange={setFilters} />
            )}
          </Fragment>
        );
      })}
      <MaturityFilter filters={filters} onChange={setFilters} />
      <SettingFilter name="statementBasis" filters={filters} onChange={setFilters} />
      <SettingFilter name="source" filters={filters} onChange={setFilters} />
      <DateFilter filters={filters} onChange={setFilters} />
      {isFiltered(filters) && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setFilters(unfiltered)}>
          Clear all
        </Button>
      )}
      {children}
    </Group>
  );
}
