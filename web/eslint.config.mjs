import next from "eslint-config-next/core-web-vitals";
import { globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default tseslint.config(
  globalIgnores([
    ".next/",
    "out/",
    "node_modules/",
    "next-env.d.ts",
    "src/api/schema.d.ts",
    "playwright-report/",
    "test-results/",
  ]),
  ...next,
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
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
    files: ["tests/**/*.ts", "proof/**/*.ts", "away/**/*.ts"],
    rules: { "react-hooks/rules-of-hooks": "off" },
  },
);
