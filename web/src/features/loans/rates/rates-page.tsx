"use client";

import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";

import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";

import { type FixingsImport, indicesQuery, loadSample } from "./api/rates";
import { CurveForm } from "./curve-form";
import { FixingForm } from "./fixing-form";
import { FixingsImported } from "./fixings-imported";
import { FixingsOfIndex } from "./fixings-of-index";
import { ImportFixings } from "./import-fixings";
import { IndexTable } from "./index-table";

/** The indices that floating loans rest on: how fresh each is, its fixings, and ways to add some. */
export function RatesPage() {
  const may = useMay("portfolio.write");
  const queries = useQueryClient();
  const chosen = useSearchParams().get("index");
  const [imported, setImported] = useState<{ result: FixingsImport; file?: File } | null>(null);
  const { data: indices, error, refetch } = useQuery(indicesQuery);
  const changed = () => queries.invalidateQueries({ queryKey: ["rates"] });
  const took = (result: FixingsImport, file?: File) => {
    setImported({ result, ...(file === undefined ? {} : { file }) });
    void changed();
  };
  const sample = useMutation({ mutationFn: loadSample, onSuccess: (result) => took(result) });
  const kept = indices?.filter(({ days }) => days > 0) ?? [];
  const shown = kept.find(({ index }) => index === chosen) ?? kept[0];
  return (
    <Page
      title="Rates"
      subtitle="Indices and their fixings, which floating loans rest on"
      actions={
        may && (
          <>
            <Button variant="default" loading={sample.isPending} onClick={() => sample.mutate()}>
              Load public SOFR
            </Button>
            <ImportFixings onImported={took} />
          </>
        )
      }
    >
      {sample.error !== null && <ProblemNotice problem={sample.error} />}
      {imported !== null && (
        <FixingsImported {...imported} onImported={took} onClose={() => setImported(null)} />
      )}
      {error !== null && indices === undefined && (
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
      )}
      {indices === undefined && error === null && <Skeleton h={240} />}
      {indices !== undefined && kept.length === 0 && (
        <Surface>
          <EmptyState title="No fixings yet">
            {may
              ? "Import a file of fixings, load the public ones of SOFR, or add one below."
              : "Somebody who may change the portfolio can import them."}
          </EmptyState>
        </Surface>
      )}
      {kept.length > 0 && <IndexTable indices={kept} chosen={shown?.index ?? null} />}
      {shown !== undefined && <FixingsOfIndex index={shown} />}
      {may && indices !== undefined && (
        <>
          <FixingForm
            key={`fixing of ${shown?.index}`}
            indices={indices}
            chosen={shown?.index ?? "term_sofr_1_month"}
            onEntered={() => void changed()}
          />
          <CurveForm
            key={`curve of ${shown?.index}`}
            indices={indices}
            chosen={shown?.index ?? "term_sofr_1_month"}
            onKept={() => void changed()}
          />
        </>
      )}
    </Page>
  );
}
