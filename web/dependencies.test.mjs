import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import rules from "./dependencies.config.mjs";

/** For each rule the smallest set of files that breaks it, and no other rule. */
const SEEDS = {
  "no-cycle": {
    "src/features/loans/loan/a.ts": `import type { B } from "./b"; export type A = B;`,
    "src/features/loans/loan/b.ts": `import type { A } from "./a"; export type B = A;`,
  },
  "no-folder-cycle": {
    "src/features/loans/loan/a.ts": `export { b } from "../tapes/b";`,
    "src/features/loans/tapes/b.ts": `export const b = 1;`,
    "src/features/loans/tapes/c.ts": `export { d } from "../loan/d";`,
    "src/features/loans/loan/d.ts": `export const d = 1;`,
  },
  "no-feature-to-feature": {
    "src/features/loans/loan/a.ts": `import type { B } from "../../auth/members/b"; export type A = B;`,
    "src/features/auth/members/b.ts": `export type B = 1;`,
  },
  "no-import-of-pages": {
    "src/features/loans/loan/a.ts": `export { default } from "../../../app/loan/page";`,
    "src/app/loan/page.ts": `export default 1;`,
  },
  "shared-knows-no-feature": {
    "src/components/a.ts": `export { b } from "../features/loans/loan/b";`,
    "src/features/loans/loan/b.ts": `export const b = 1;`,
  },
  "api-and-format-know-no-component": {
    "src/format/a.ts": `export { b } from "../components/b";`,
    "src/components/b.ts": `export const b = 1;`,
  },
  "features-have-topics": {
    "src/app/page.ts": `export { b } from "../features/loans/b";`,
    "src/features/loans/b.ts": `export const b = 1;`,
  },
  "no-unresolved": {
    "src/app/page.ts": `export { b } from "../features/loans/loan/gone";`,
  },
};

let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dependencies-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the dependency rules", () => {
  it("each have a seeded violation", () => {
    expect(Object.keys(SEEDS).sort()).toEqual(rules.forbidden.map(({ name }) => name).sort());
  });

  it.each(Object.entries(SEEDS))("%s fails on its seed, alone", async (rule, files) => {
    const baseDir = join(folder, rule);
    for (const [path, text] of Object.entries(files)) {
      const file = join(baseDir, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const { tsPreCompilationDeps, exclude } = rules.options;
    const { output } = await cruise(["src"], {
      validate: true,
      ruleSet: { forbidden: rules.forbidden },
      tsPreCompilationDeps,
      exclude,
      baseDir,
    });
    const broken = output.summary.violations.map((violation) => violation.rule.name);
    expect([...new Set(broken)]).toEqual([rule]);
  });
});
