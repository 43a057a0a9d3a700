import { createTheme, type CSSVariablesResolver } from "@mantine/core";

/** Every design decision that is not a layout: colors, type, radii. Components name tokens, never values. */
export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 9, // the first on which white text has a contrast of 4.5:1, in both schemes
  colors: {
    // As cool as the dark surfaces that these stand on.
    dark: [
      "#d5dbe2",
      "#b8c0ca",
      "#8f9aa8",
      "#6b7683",
      "#414b56",
      "#333c46",
      "#242b33",
      "#1b2128",
      "#14191f",
      "#101418",
    ],
  },
  autoContrast: true,
  defaultRadius: "md",
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.125rem" } } },
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Tinted badges and buttons, whose text is darkened until it has a contrast of 4.5:1 on its tint. */
const tinted = Object.fromEntries(
  ["teal", "green", "blue", "yellow", "orange", "red", "gray", "grape", "violet", "cyan"].flatMap((color) => [
    [`--mantine-color-${color}-light`, `var(--mantine-color-${color}-0)`],
    [
      `--mantine-color-${color}-light-color`,
      `color-mix(in srgb, var(--mantine-color-${color}-9) 72%, black)`,
    ],
  ]),
);

export const cssVariables: CSSVariablesResolver = () => ({
  // On a wide screen tables show more of what they have, and figures stand beside one another.
  variables: { "--page-width": "clamp(100rem, 82vw, 132rem)" },
  light: {
    ...tinted,
    "--mantine-color-body": "#f7f8f9",
    "--surface": "#ffffff",
    "--surface-border": "#dfe3e8",
    "--mantine-color-dimmed": "#5a6472",
    "--positive": "#0b7a4b",
    "--negative": "#b42318",
    "--attention": "#8a4b00",
    "--mantine-color-error": "#b42318",
  },
  dark: {
    "--mantine-color-body": "#101418",
    "--surface": "#181d23",
    "--surface-border": "#2b333c",
    "--mantine-color-dimmed": "#a3adba",
    "--positive": "#4cc38a",
    "--negative": "#ff8c82",
    "--attention": "#f0b45a",
    "--mantine-color-error": "#ff8c82",
  },
});

/** Colors of series, in their order; distinguishable to the color-blind (Okabe & Ito, darkened or lightened to 3:1). */
export const SERIES = {
  light: ["#0b7285", "#b45309", "#5b4b9a", "#2b8a3e", "#a61e4d", "#1864ab", "#846358", "#495057"],
  dark: ["#3bc9db", "#f2a65a", "#b197fc", "#69db7c", "#f783ac", "#74c0fc", "#d0b8a8", "#adb5bd"],
} as const;
