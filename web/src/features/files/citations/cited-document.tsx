"use client";

import { Select, type SelectProps } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

const MOST = 200;

const choicesQuery = (loanId: string) =>
  queryOptions({
    queryKey: ["documents", "choices", loanId],
    queryFn: async ({ signal }) => {
      const query = { loanId, limit: MOST, order: "title" };
      const { items } = await answered(api.GET("/api/v1/documents", { params: { query }, signal }));
      return items.map(({ id, title }) => ({ value: id, label: title }));
    },
  });

/** One of a loan's documents. */
export function CitedDocument({
  loanId,
  ...select
}: Pick<SelectProps, "error" | "onChange"> & { loanId: string | null; value: string | null }) {
  const { data, isPending } = useQuery({ ...choicesQuery(loanId ?? ""), enabled: loanId !== null });
  const none = data !== undefined && data.length === 0;
  return (
    <Select
      label="Document"
      required
      searchable
      placeholder={isPending ? "…" : "Choose a document"}
      description={none ? "This loan has no documents. Upload one on its Documents tab first." : undefined}
      disabled={none}
      data={data ?? []}
      {...select}
    />
  );
}
