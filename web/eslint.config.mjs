import next from "eslint-config-next/core-web-vitals";
import boundaries from "eslint-plugin-boundaries";
import { globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default tseslint.config(
  globalIgnores([
    ".next/",
    "out/",
    "node_modules/",
    "next-env.d.ts",
    "src/lib/api/schema.d.ts",
    "playwright-report/",
    "test-results/",
  ]),
  ...next,
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { boundaries },
    settings: {
      "import/resolver": { typescript: { project: "./tsconfig.json" } },
      "boundaries/elements": [
        { type: "app", pattern: "src/app/**", mode: "full" },
        { type: "feature", pattern: "src/features/*/**", mode: "full", capture: ["feature"] },
        { type: "components", pattern: "src/components/**", mode: "full" },
        { type: "lib", pattern: "src/lib/**", mode: "full" },
        { type: "theme", pattern: "src/theme.ts", mode: "full" },
      ],
    },
    rules: {
      // Routes compose features; a feature knows nothing of another; what all share knows nothing of features.
      "boundaries/element-types": [
        "error",
        {
          default: "disallow",
          rules: [
            { from: "app", allow: ["app", "feature", "components", "lib", "theme"] },
            {
              from: "feature",
              allow: [["feature", { feature: "${from.feature}" }], "components", "lib", "theme"],
            },
            { from: "components", allow: ["components", "lib", "theme"] },
            { from: "lib", allow: ["lib"] },
            { from: "theme", allow: [] },
          ],
        },
      ],
      "boundaries/no-unknown": "off",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration", message: "No barrel files: import from where it is." },
      ],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
    },
  },
  {
    // A fixture's `use` is Playwright's, not React's.
    files: ["tests/**/*.ts", "proof/**/*.ts"],
    rules: { "react-hooks/rules-of-hooks": "off" },
  },
);
