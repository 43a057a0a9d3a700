import { queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, ifMatch, type Schemas } from "@/api/client";

export type Rule = Schemas["RuleView"];
export type RuleDraft = Schemas["RuleDraft"];
export type RuleKind = Schemas["RuleKind"];
export type DefaultRule = Schemas["DefaultRule"];
export type Figure = Schemas["WatchedFigure"];
export type Side = Schemas["Side"];
export type DateKind = Schemas["DateKind"];

/** So many rules an organization has at most: all of them are one page. */
const MOST = 100;

/** An organization's rules, the oldest first. */
export const rulesQuery = queryOptions({
  queryKey: ["rules", "list"],
  queryFn: async ({ signal }) =>
    (await answered(api.GET("/api/v1/rules", { params: { query: { limit: MOST } }, signal }))).items,
});

/** The rules that hold by default. */
export const defaultRulesQuery = queryOptions({
  queryKey: ["rules", "defaults"],
  queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/rules/defaults", { signal }))).items,
  staleTime: Infinity,
});

const path = (id: string) => ({ path: { rule_id: id } });
const once = (id: string) => ({ ...path(id), header: { "Idempotency-Key": idempotencyKey() } });

export const readRule = (id: string, signal?: AbortSignal): Promise<Rule> =>
  answered(api.GET("/api/v1/rules/{rule_id}", { params: path(id), signal }));

export const ruleQuery = (id: string) =>
  queryOptions({ queryKey: ["rules", "one", id], queryFn: ({ signal }) => readRule(id, signal) });

export const makeRule = (draft: RuleDraft): Promise<Rule> =>
  answered(api.POST("/api/v1/rules", { body: draft }));

export const changeRule = (id: string, version: number, draft: RuleDraft): Promise<Rule> =>
  answered(
    api.PUT("/api/v1/rules/{rule_id}", {
      params: { ...path(id), header: ifMatch(version) },
      body: draft,
    }),
  );

export const pauseRule = (id: string): Promise<Rule> =>
  answered(api.POST("/api/v1/rules/{rule_id}/pause", { params: once(id) }));

export const resumeRule = (id: string): Promise<Rule> =>
  answered(api.POST("/api/v1/rules/{rule_id}/resume", { params: once(id) }));

export const deleteRule = async ({ id, version }: Rule): Promise<void> => {
  await answered(
    api.DELETE("/api/v1/rules/{rule_id}", { params: { ...path(id), header: ifMatch(version) } }),
  );
};
