/**
 * What this device remembers of its session between loads: that there may be one, or that the person left while the
 * server could not be told. Never who, and nothing that would open anything.
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
