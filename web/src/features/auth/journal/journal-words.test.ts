import { expect, it } from "vitest";

import { said } from "./journal-words";

const ANNA = "01-anna";
const BEN = "02-ben";
const entry = (event: object | null, kinds: [string, number][] = []) => ({
  actor: ANNA,
  eventDetails: (event === null ? [] : [event]) as never[],
  writes: kinds.map(([kind, version]) => ({ kind, id: "x", version, deleted: false, summary: {} })),
});

it("says what became of whom", () => {
  const event = {
    type: "auth.member.role_changed.v1",
    userId: BEN,
    previous: "viewer",
    role: "administrator",
  };
  expect(said(entry(event))).toEqual([{ text: "Role changed from viewer to administrator", member: BEN }]);
});

it("says what was mailed and what came of it", () => {
  const mailed = {
    type: "auth.link.requested.v1",
    userId: ANNA,
    purpose: "verification",
    email: "a@b.example",
  };
  expect(said(entry(mailed))[0]?.text).toBe("Email to confirm the address, to a@b.example");
  const changed = {
    type: "auth.address.changed.v1",
    userId: ANNA,
    previous: "a@b.example",
    email: "c@d.example",
  };
  expect(said(entry({ ...changed, undone: false }))[0]?.text).toBe(
    "Email changed from a@b.example to c@d.example",
  );
  expect(said(entry({ ...changed, undone: true }))[0]?.text).toMatch(/^Email changed back from/);
});

it("names nobody twice", () => {
  expect(said(entry({ type: "auth.password.changed.v1", userId: ANNA }))).toEqual([
    { text: "Password changed", member: undefined },
  ]);
});

it("reads what was written where nothing was told", () => {
  expect(
    said(
      entry(null, [
        ["credential", 2],
        ["session", 1],
      ]),
    ),
  ).toEqual([{ text: "Signed in" }]);
  expect(said(entry(null, [["session", 2]]))).toEqual([{ text: "Session went on", usual: true }]);
  expect(said(entry(null, [["user", 2]]))).toEqual([{ text: "Changed their own account" }]);
});

it("copes with what it does not know", () => {
  expect(said(entry({ type: "auth.key.rotated.v1" }))).toEqual([{ text: "Key rotated", member: undefined }]);
  expect(said(entry(null, [["signing_key", 1]]))).toEqual([{ text: "Wrote signing key" }]);
});

it("says what became of a second factor", () => {
  const used = { type: "auth.recovery_code.used.v1", userId: ANNA, left: 9 };
  expect(said(entry(used))).toEqual([{ text: "Signed in by a recovery code, 9 left", member: undefined }]);
  const required = { type: "auth.second_factor.policy_changed.v1", policy: "required" };
  expect(said(entry(required))[0]?.text).toBe("A second factor is required");
  const reset = { type: "auth.second_factor.removed.v1", userId: BEN };
  expect(said(entry(reset))).toEqual([{ text: "Authenticator app taken away", member: BEN }]);
});
