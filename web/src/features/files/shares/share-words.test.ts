import { describe, expect, it } from "vitest";

import type { Share } from "./api/shares";
import { standingOf, usedWords } from "./share-words";

const NOW = new Date("2026-11-30T12:00:00Z");
const share = (changes: Partial<Share> = {}): Share => ({
  id: "s",
  documentId: "d",
  number: 1,
  note: "",
  hasPassword: false,
  expiresAt: "2026-12-07T23:59:59Z",
  mostDownloads: 2,
  downloads: 1,
  failures: 0,
  createdAt: "2026-11-30T11:00:00Z",
  createdBy: "m",
  confidential: false,
  revokedAt: null,
  revokedBy: null,
  ...changes,
});

describe("standingOf", () => {
  it.each([
    [{}, "Active", true],
    [{ revokedAt: "2026-11-30T11:30:00Z" }, "Revoked", false],
    [{ expiresAt: "2026-11-30T12:00:00Z" }, "Expired", false],
    [{ downloads: 2 }, "All downloads used", false],
    [{ failures: 50 }, "Blocked: too many wrong passwords", false],
    [{ mostDownloads: null, downloads: 9_000 }, "Active", true],
  ])("tells what %o is", (changes, label, open) => {
    expect(standingOf(share(changes), NOW, false)).toEqual({ label, open });
  });
});

describe("standingOf, of a confidential document", () => {
  it.each([
    [false, "Closed: the document became confidential", false],
    [true, "Active", true],
  ])("tells what a link is whose document was confidential before: %s", (confidential, label, open) => {
    expect(standingOf(share({ confidential }), NOW, true)).toEqual({ label, open });
  });
});

describe("usedWords", () => {
  it("counts downloads, of those there are", () => {
    expect(usedWords(share())).toBe("1 of 2 downloads");
    expect(usedWords(share({ mostDownloads: null }))).toBe("1 download");
  });
});
