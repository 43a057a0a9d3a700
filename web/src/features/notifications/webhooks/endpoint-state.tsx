import { Badge } from "@mantine/core";

import type { Endpoint } from "./api/webhooks";

/** Whether an endpoint is sent messages, and whether it takes them. */
export function EndpointState({ of: { enabled, failingSince } }: { of: Endpoint }) {
  const look = { size: "sm", tt: "none", miw: "max-content" } as const;
  if (!enabled) {
    return (
      <Badge {...look} color="red.8">
        Disabled
      </Badge>
    );
  }
  return failingSince === null ? (
    <Badge {...look} variant="light">
      Enabled
    </Badge>
  ) : (
    <Badge {...look} variant="light" color="orange">
      Failing
    </Badge>
  );
}
