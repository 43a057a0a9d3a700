/**
 * What may import what, types included. `npm run lint` fails on each import that breaks a rule here;
 * `dependencies.test.ts` proves each rule by a seeded violation.
 *
 * app → features → components → api, format, theme
 */
const sharedFolders = "^src/(components|api|format)/";

const rules = {
  forbidden: [
    {
      name: "no-cycle",
      comment: "Two files that import each other cannot be read, tested or moved one at a time.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-folder-cycle",
      comment: "Topic folders build on each other in one direction. What both need goes into the lower one.",
      severity: "error",
      scope: "folder",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "no-feature-to-feature",
      comment: "Features are composed by the pages in src/app. What two of them need goes to src/components.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: "^src/features/$1/" },
    },
    {
      name: "no-import-of-pages",
      comment: "Pages in src/app compose everything else and are imported by nobody.",
      severity: "error",
      from: { pathNot: "^src/app/" },
      to: { path: "^src/app/" },
    },
    {
      name: "shared-knows-no-feature",
      comment: "What all features share knows none of them.",
      severity: "error",
      from: { path: sharedFolders },
      to: { path: "^src/features/" },
    },
    {
      name: "api-and-format-know-no-component",
      comment: "Requests and formats work without a page around them.",
      severity: "error",
      from: { path: "^src/(api|format)/" },
      to: { path: "^src/components/" },
    },
    {
      name: "features-have-topics",
      comment: "A file of a feature lives in a topic folder: src/features/FEATURE/TOPIC/.",
      severity: "error",
      from: {},
      to: { path: "^src/features/[^/]+/[^/]+$" },
    },
    {
      name: "no-unresolved",
      comment: "An import that leads nowhere would be checked by no rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.test\\.tsx?$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};

export default rules;
