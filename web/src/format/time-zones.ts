/** The time zones that can be chosen, what is stored among them, as choices with a name. */
export const timeZones = (stored: string): { value: string; label: string }[] =>
  [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", stored])].map((value) => ({
    value,
    label: value.replaceAll("_", " "),
  }));
