import type { Schemas } from "@/api/client";

export type Role = Schemas["Role"];

export const ROLES: readonly Role[] = ["viewer", "member", "manager", "administrator"];

/** What each role may do, as docs/auth.md has it. */
export const MAY: Readonly<Record<Role, string>> = {
  viewer: "Reads the portfolio and sees the members.",
  member: "Changes the portfolio and imports tapes too.",
  manager: "Deletes from the portfolio and reads the audit trail too.",
  administrator: "Manages members and the organization too.",
};
