import type { Schemas } from "@/api/client";

export type Role = Schemas["Role"];

export const ROLES: readonly Role[] = ["viewer", "member", "manager", "administrator"];

/** What each role may do, as docs/auth.md has it. */
export const MAY: Readonly<Record<Role, string>> = {
  viewer: "Can view loans and members.",
  member: "Can edit loans and import tapes.",
  manager: "Can also delete loans and view the audit trail.",
  administrator: "Can also manage members and the organization.",
};
