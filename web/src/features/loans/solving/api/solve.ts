import { useMutation } from "@tanstack/react-query";

import { answered, api } from "@/api/client";

export interface Asked {
  file: File;
  /** The loan whose terms are what is known; null for none. */
  loanId: string | null;
}

/** Find by which conventions a lender computed the statement in a file; nothing is stored. */
export function useSolve() {
  return useMutation({
    mutationFn: ({ file, loanId }: Asked) =>
      answered(
        api.POST("/api/v1/reconcile", {
          params: { query: { fileName: file.name, loanId } },
          body: file,
          bodySerializer: (body: unknown) => body as File,
          headers: { "Content-Type": "application/octet-stream" },
        }),
      ),
  });
}
