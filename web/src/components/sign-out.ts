import { signOut } from "@/api/session";

import { leaving } from "./leaving";

/** Sign out on the person's own wish, once what is unsaved may be lost. */
export function signOutNow(): void {
  // A new page: nothing of this member stays in memory.
  leaving(() => void signOut().finally(() => location.replace("/")), { forgets: true });
}
