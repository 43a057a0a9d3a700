/** Figures as text, by their names. */
export type EarlyFigures = Readonly<Record<string, string>>;

/**
 * Write the first figures into the exported page, before its scripts have come: on a slow line those take seconds more.
 * Its text runs inline, so it may use nothing from outside of itself; `figureText` writes the same.
 */
export function showEarlyFigures(): void {
  const reads = window.realinsightsEarly?.reads;
  const [me, dashboard] = [reads?.get("/api/v1/auth/me"), reads?.get("/api/v1/dashboard")];
  if (me === undefined || dashboard === undefined || location.search !== "") return;
  const content = (answer: Response) => (answer.ok ? answer.clone().json() : Promise.reject(new Error()));
  const text = (kind: string | undefined, value: string, currency: string): string => {
    const digits = kind === "rate" ? 3 : 2;
    const plain = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const short = { notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3 } as const;
    const options: Intl.NumberFormatOptions =
      kind === "money"
        ? { style: "currency", currency, ...short }
        : kind === "rate" || kind === "percent"
          ? { style: "percent", ...plain }
          : plain;
    const written = new Intl.NumberFormat(navigator.language, options).format(value as `${number}`);
    return written + (kind === "multiple" ? "x" : kind === "years" ? " years" : "");
  };
  const parsed =
    document.readyState === "loading"
      ? new Promise((done) => document.addEventListener("DOMContentLoaded", done))
      : null;
  Promise.all([me.then(content), dashboard.then(content), parsed]).then(
    ([{ organization }, { figures, compositions }]) => {
      if (compositions.status.slices.length === 0) return;
      const written: Record<string, string> = {};
      for (const place of document.querySelectorAll<HTMLElement>("[data-early]")) {
        const name = place.dataset.figure ?? "";
        const value = figures[name]?.value;
        if (value == null) continue;
        written[name] = text(place.dataset.early, value, organization.settings.currency);
        place.textContent = written[name];
      }
      window.realinsightsFigures = written;
    },
    () => undefined,
  );
}
