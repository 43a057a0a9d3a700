"use client";

import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Problem } from "@/api/problem";

import { ChangedMeanwhile } from "./changed-meanwhile";
import { refusalsByField } from "./fields/refusals";
import { ProblemNotice } from "./problem-notice";
import { SaveProblem } from "./save-problem";

/**
 * Saves what a form holds of a thing against the version it was read at. Where somebody else stored another one
 * meanwhile, `notice` lets the person decide whose holds; it also says what else went wrong.
 */
export function useSaving<Thing extends { readonly version: number }>({
  version: read,
  save,
  latest,
  show,
  onSaved,
  refuse,
  fields,
}: {
  version: number;
  save: (version: number) => Promise<Thing>;
  /** Reads what is stored now. */
  latest: () => Promise<Thing>;
  /** Puts what is stored into the form. */
  show: (stored: Thing) => void;
  onSaved: (stored: Thing) => void;
  /** Says the server's reasons beside their fields. */
  refuse: (byField: Record<string, string>) => void;
  /** Beside which fields the form says them; `notice` says the others. */
  fields: readonly string[];
}): { readonly submit: () => void; readonly pending: boolean; readonly notice: ReactNode } {
  const [version, setVersion] = useState(read);
  const saving = useMutation({
    mutationFn: save,
    onSuccess: (stored) => {
      setVersion(stored.version);
      onSaved(stored);
    },
    onError: (error) => refuse(refusalsByField(error)),
  });
  const newest = useMutation<Thing, Error, { keep: boolean }>({
    mutationFn: latest,
    onSuccess: (stored, { keep }) => {
      setVersion(stored.version);
      saving.reset();
      if (keep) saving.mutate(stored.version);
      else show(stored);
    },
  });
  const { error } = saving;
  const stale = error instanceof Problem && error.status === 412;
  return {
    submit: () => saving.mutate(version),
    pending: saving.isPending,
    notice: (
      <>
        {stale && (
          <ChangedMeanwhile
            message={error.message}
            busy={newest.isPending}
            onTakeTheirs={() => newest.mutate({ keep: false })}
            onKeepMine={() => newest.mutate({ keep: true })}
          />
        )}
        {!stale && <SaveProblem problem={error} fields={fields} />}
        {newest.error !== null && <ProblemNotice problem={newest.error} />}
      </>
    ),
  };
}
