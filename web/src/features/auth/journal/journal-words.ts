import type { Schemas } from "@/api/client";
import { word } from "@/format/format";

type Write = Schemas["JournalWrite"];

/** One thing that an entry says; `member` is whom it happened to, where that is not who did it. */
export interface Said {
  readonly text: string;
  readonly member?: string | undefined;
  /** Routine: it happens all the time by itself, and is of little interest. */
  readonly usual?: boolean;
}

type Event = Readonly<Record<string, unknown>>;

const text = (event: Event, field: string): string => {
  const value = event[field];
  return typeof value === "string" ? value : "";
};

const lower = (value: string): string => word(value).toLowerCase();

const WENT_ON = "Session went on";

const LINKS: Readonly<Record<string, string>> = {
  invitation: "Email with an invitation",
  verification: "Email to confirm the address",
  password: "Email with a link for a new password",
  address_change: "Email to confirm a new address",
  address_undo: "Email that the address was changed",
  deletion: "Email that the organization is to be deleted",
};

const EVENTS: Readonly<Record<string, (event: Event) => string>> = {
  "auth.organization.registered.v1": () => "The organization began",
  "auth.member.invited.v1": (event) => `Invited ${text(event, "email")} as ${lower(text(event, "role"))}`,
  "auth.invitation.withdrawn.v1": () => "Withdrew an invitation",
  "auth.member.joined.v1": (event) => `Joined as ${lower(text(event, "role"))}`,
  "auth.member.role_changed.v1": (event) =>
    `Role changed from ${lower(text(event, "previous"))} to ${lower(text(event, "role"))}`,
  "auth.member.scope_changed.v1": (event) =>
    event["scope"] === null
      ? "Access to the whole organization"
      : "Access limited to a part of the organization",
  "auth.member.deactivated.v1": () => "Deactivated",
  "auth.member.reactivated.v1": () => "Reactivated",
  "auth.member.unlocked.v1": () => "Attempts to sign in count anew",
  "auth.member.removal_requested.v1": () => "Asked that a member be removed",
  "auth.member.removal_undone.v1": () => "Took back that a member is removed",
  "auth.member.removed.v1": () => "Removed",
  "auth.password.changed.v1": () => "Password changed",
  "auth.second_factor.added.v1": () => "Authenticator app added",
  "auth.second_factor.removed.v1": () => "Authenticator app taken away",
  "auth.second_factor.policy_changed.v1": (event) =>
    event.policy === "required" ? "A second factor is required" : "A second factor is not required",
  "auth.recovery_codes.made.v1": () => "New recovery codes",
  "auth.recovery_code.used.v1": (event) =>
    `Signed in by a recovery code, ${typeof event.left === "number" ? event.left : 0} left`,
  "auth.password_link.made.v1": () => "A link for a new password was made",
  "auth.password.forgotten.v1": () => "Somebody asked for a new password",
  "auth.link.requested.v1": (event) =>
    `${LINKS[text(event, "purpose")] ?? "A link"}, to ${text(event, "email")}`,
  "auth.address.verified.v1": (event) => `Confirmed ${text(event, "email")}`,
  "auth.address.changed.v1": (event) =>
    `Email ${event.undone === true ? "changed back" : "changed"} from ${text(event, "previous")} to ${text(event, "email")}`,
  "auth.sessions.ended.v1": (event) => {
    const ended = Array.isArray(event.sessionIds) ? event.sessionIds.length : 1;
    return `${ended} ${ended === 1 ? "session" : "sessions"} ended (${lower(text(event, "reason"))})`;
  },
  "auth.refresh_token.reused.v1": () => "A session ended: its token was used twice",
  "auth.organization.deletion_requested.v1": () => "Asked that the organization be deleted",
  "auth.organization.deletion_undone.v1": () => "Took back that the organization is deleted",
  "auth.organization.deletion_refused.v1": () => "The organization cannot be deleted",
  "auth.step.requested.v1": (event) => `Asked ${text(event, "service")} for its part`,
  "auth.sign_in.refused.v1": (event) => `Sign-in refused, from ${text(event, "address")}`,
  "auth.registration.refused.v1": (event) =>
    `Somebody tried to register with this address, from ${text(event, "address")}`,
};

/** What an entry of the people's journal says; where it told nobody anything, by what it wrote. */
export function said(entry: Pick<Schemas["JournalLine"], "actor" | "eventDetails" | "writes">): Said[] {
  const events = entry.eventDetails as readonly Event[];
  if (events.length === 0) {
    const sentence = byWrites(entry.writes);
    return sentence === WENT_ON ? [{ text: sentence, usual: true }] : [{ text: sentence }];
  }
  return events.map((event) => {
    const type = text(event, "type");
    const member = text(event, "userId");
    return {
      text: EVENTS[type]?.(event) ?? word(type.split(".").slice(1, -1).join(" ")),
      member: member === "" || member === entry.actor ? undefined : member,
    };
  });
}

function byWrites(writes: readonly Write[]): string {
  const wrote = (kind: string) => writes.find((write) => write.kind === kind);
  const session = wrote("session");
  if (session !== undefined) return session.version === 1 ? "Signed in" : WENT_ON;
  if (wrote("organization") !== undefined) return "Changed the organization";
  if (wrote("user") !== undefined) return "Changed their own account";
  if (wrote("second_factors") !== undefined) return "Began to add an authenticator app";
  if (wrote("invitation") !== undefined) return "Used an invitation";
  const kinds = [...new Set(writes.map(({ kind }) => kind.replaceAll("_", " ")))];
  return kinds.length === 0 ? "Nothing stored" : `Wrote ${kinds.join(", ")}`;
}
