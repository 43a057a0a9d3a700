import { Group, Text } from "@mantine/core";
import Link from "@/components/link";

/** Name and mark, leading home. */
export function Brand({ href }: { href: string }) {
  return (
    <Link href={href} style={{ color: "inherit", textDecoration: "none" }}>
      <Group gap={8} wrap="nowrap">
        {/* eslint-disable-next-line @next/next/no-img-element -- a local mark of fixed size needs no image component */}
        <img src="/icon.svg" alt="" width={26} height={26} />
        <Text fw={700} span style={{ whiteSpace: "nowrap" }}>
          Real Insights
        </Text>
      </Group>
    </Link>
  );
}
