import { queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";

import { filtersFromSearch, searchFromFilters } from "../../filters/filters";
import { listedFromSearch, STANDARD_ORDER } from "../../loan-lines/loans-table-address";

export type SavedView = Schemas["SavedView"];
export type ViewDraft = Schemas["SavedViewDraft"];
export type ViewPage = Schemas["ViewPage"];

/** The views of a page: one's own by name, then what others share. */
export const viewsQuery = (page: ViewPage) =>
  queryOptions({
    queryKey: ["views", page],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/dashboard/views", { params: { query: { page } }, signal })),
  });

export const createView = (draft: ViewDraft): Promise<SavedView> =>
  answered(
    api.POST("/api/v1/dashboard/views", { body: draft, headers: { "Idempotency-Key": idempotencyKey() } }),
  );

export const changeView = ({ id, version }: SavedView, draft: ViewDraft): Promise<SavedView> =>
  answered(
    api.PUT("/api/v1/dashboard/views/{view_id}", {
      params: { path: { view_id: id }, header: ifMatch(version) },
      headers: ifMatch(version),
      body: draft,
    }),
  );

export const forgetView = async ({ id, version }: SavedView): Promise<void> => {
  await answered(
    api.DELETE("/api/v1/dashboard/views/{view_id}", {
      params: { path: { view_id: id }, header: ifMatch(version) },
      headers: ifMatch(version),
    }),
  );
};

/** What a view can hold of a page's address; the same set of filters reads the same, however it was written. */
export function viewQuery(page: ViewPage, search: URLSearchParams): string {
  if (page === "dashboard") return searchFromFilters(filtersFromSearch(search));
  const { listed, order } = listedFromSearch(search);
  const others = new URLSearchParams();
  if (listed.q !== undefined) others.set("q", listed.q);
  if (listed.figure !== undefined) others.set("figure", listed.figure);
  if (listed.leftOut) others.set("leftOut", "true");
  if (order !== STANDARD_ORDER) others.set("order", order);
  return searchFromFilters(filtersFromSearch(search), others);
}

/** The search of a page that shows a view. */
export function searchOfView({ id, query }: Pick<SavedView, "id" | "query">): string {
  const search = new URLSearchParams(query);
  search.set("view", id);
  return search.toString();
}
