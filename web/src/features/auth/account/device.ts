const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, "Windows"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bMac OS X\b/, "Mac"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];
const LONGEST = 60;

const named = (known: readonly (readonly [RegExp, string])[], client: string): string | undefined =>
  known.find(([pattern]) => pattern.test(client))?.[1];

/** What people call the device behind a `User-Agent`; programs are called what they call themselves. */
export function deviceOf(client: string): string {
  const browser = named(BROWSERS, client);
  const system = named(SYSTEMS, client);
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`;
  return client.trim() === "" ? "An unnamed program" : client.slice(0, LONGEST);
}
