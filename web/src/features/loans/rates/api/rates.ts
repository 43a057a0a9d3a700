import { queryOptions } from "@tanstack/react-query";

import { answered, api, idempotencyKey, type Schemas, upload } from "@/api/client";

export type IndexView = Schemas["IndexView"];
export type FixingView = Schemas["FixingView"];
export type FixingDraft = Schemas["FixingDraft"];
export type CurveDraft = Schemas["CurveDraft"];
export type FixingsImport = Schemas["FixingsImport"];

const SHOWN = 500;

/** The indices, those with fixings first. */
export const indicesQuery = queryOptions({
  queryKey: ["rates", "indices"],
  queryFn: ({ signal }) => answered(api.GET("/api/v1/rates/indices", { signal })),
});

/** The latest fixings of an index. */
export const fixingsQuery = (index: string) =>
  queryOptions({
    queryKey: ["rates", "fixings", index],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/rates/fixings", { params: { query: { index, limit: SHOWN } }, signal })),
  });

/** Enter a fixing; of a day that has one, it is the next revision. */
export const enterFixing = (draft: FixingDraft): Promise<FixingView> =>
  answered(
    api.POST("/api/v1/rates/fixings", {
      params: { header: { "Idempotency-Key": idempotencyKey() } },
      body: draft,
    }),
  );

/** Take out a day's fixing with all that it replaced. */
export const takeOutFixing = ({ index, on, revision }: FixingView): Promise<void> =>
  answered(
    api.DELETE("/api/v1/rates/fixings/{index}/{on}", {
      params: { path: { index, on }, header: { "If-Match": `"${revision}"` } },
    }),
  );

/** Enter a fixing that was taken out again, after all that it had replaced. */
export const enterAgain = async (fixing: FixingView): Promise<void> => {
  for (const { value, publishedOn, source } of [...fixing.former, fixing]) {
    await enterFixing({ index: fixing.index, on: fixing.on, value, publishedOn, source });
  }
};

export type Numbers = Schemas["FixingUnit"];

/** Import a file of fixings; `numbers` says what its values are where they leave it open. */
export const importFixings = (file: File, numbers?: Numbers): Promise<FixingsImport> => {
  const asked = { fileName: file.name, ...(numbers === undefined ? {} : { numbers }) };
  return upload<FixingsImport>(`/api/v1/rates/imports?${new URLSearchParams(asked)}`, file, {
    headers: { "Idempotency-Key": idempotencyKey() },
  });
};

/** Load the public sample of SOFR. */
export const loadSample = (): Promise<FixingsImport> =>
  answered(api.POST("/api/v1/rates/sample", { params: { header: { "Idempotency-Key": idempotencyKey() } } }));

/** Keep a forward curve. */
export const createCurve = (draft: CurveDraft): Promise<Schemas["RateCurve"]> =>
  answered(
    api.POST("/api/v1/rates/curves", {
      params: { header: { "Idempotency-Key": idempotencyKey() } },
      body: draft,
    }),
  );
