"use client";

import { Text, type TextProps } from "@mantine/core";

import { money, shortMoney } from "@/format/format";
import { useFormats } from "@/format/formats";

/** An amount of money; the mode that blurs amounts blurs it. `short` has the whole amount in its title. */
export function Amount({
  value,
  short = false,
  ...text
}: { value: string | null | undefined; short?: boolean } & TextProps) {
  const formats = useFormats();
  const whole = money(value, formats);
  return (
    <Text span inherit className="amount" title={short ? whole : undefined} {...text}>
      {short ? shortMoney(value, formats) : whole}
    </Text>
  );
}
