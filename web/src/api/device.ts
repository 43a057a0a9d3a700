/**
 * What this device remembers of its session between loads: that there may be one, or that the person signed out while
 * the server could not be reached. Never whose session, and no token.
 */
export type DeviceNote = "open" | "leaving";

const KEY = "realinsights-session";

export function deviceNote(): DeviceNote | null {
  try {
    const note = localStorage.getItem(KEY);
    return note === "open" || note === "leaving" ? note : null;
  } catch {
    return null; // storage is forbidden here: the device remembers nothing
  }
}

export function noteOnDevice(note: DeviceNote | null): void {
  try {
    if (note === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, note);
  } catch {
    // As above.
  }
}

/** What is being written begins with this in a tab's storage, and what was visited lately in the device's. */
export const DRAFTS = "realinsights-draft:";
export const VISITS = "realinsights-visits-";

/** Where uploads that were broken off go on, as tus-js-client keeps it. */
const UPLOADS = "tus::";

/** Forget what somebody was writing in this tab. */
export function forgetDrafts(): void {
  forgetAll(() => sessionStorage, DRAFTS);
}

/** Forget what a person leaves behind who signs out: names of loans and files, and what was being written in this tab. */
export function forgetPerson(): void {
  forgetDrafts();
  forgetAll(() => localStorage, VISITS);
  forgetAll(() => localStorage, UPLOADS);
}

function forgetAll(storage: () => Storage, prefix: string): void {
  try {
    const kept = storage();
    for (const key of Object.keys(kept)) if (key.startsWith(prefix)) kept.removeItem(key);
  } catch {
    // As above.
  }
}
