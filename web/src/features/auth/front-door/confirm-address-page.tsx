"use client";

import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { meQuery } from "@/api/me";
import { Problem } from "@/api/problem";
import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";

import { addressLinkQuery, followAddressLink } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { useFragment } from "@/components/use-fragment";

/** Lets whoever has a link confirm an address, have a new one, or have the former one back. */
export function ConfirmAddressPage() {
  const token = useFragment();
  const link = useQuery(addressLinkQuery(token ?? ""));
  if (token === "" || (link.error instanceof Problem && link.error.status === 404)) {
    return (
      <FrontDoor title={token === "" ? "This link is incomplete" : "This link is no longer valid"}>
        <Stack>
          <Text size="sm">
            {token === ""
              ? "Copy the whole link, including the code after the # sign."
              : "It was used, or its time is over. Ask for a new one in your account."}
          </Text>
          <Onward href="/account/">Your account</Onward>
        </Stack>
      </FrontDoor>
    );
  }
  if (link.error) {
    return (
      <FrontDoor title="Confirm address">
        <ProblemNotice problem={link.error} onRetry={() => void link.refetch()} />
      </FrontDoor>
    );
  }
  if (token === null || link.data === undefined) {
    return (
      <FrontDoor title="Confirm address">
        <Stack aria-busy="true" aria-label="Loading">
          <Skeleton h={40} />
          <Skeleton h={36} />
        </Stack>
      </FrontDoor>
    );
  }
  return <Confirm key={token} token={token} link={link.data} />;
}

function Confirm({ token, link }: { token: string; link: Schemas["AddressLinkView"] }) {
  const queries = useQueryClient();
  const using = useMutation({
    mutationFn: () => followAddressLink(token),
    // In a tab where one is signed in, the pages that come next show it.
    onSuccess: () => queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  const undoes = link.purpose === "address_undo";
  if (using.isSuccess) {
    return (
      <FrontDoor title={undoes ? "Change undone" : "Address confirmed"}>
        <Stack>
          <Text size="sm" role="status">
            {undoes
              ? `${link.email} is the address of your account again. Every session has ended and the password no longer works: choose a new one by the link that is on its way to you.`
              : `${link.email} is the address of your account at ${link.organizationName}.`}
          </Text>
          {undoes ? (
            <Onward href="/sign-in/">Sign in</Onward>
          ) : (
            <Onward href="/dashboard/">Open the dashboard</Onward>
          )}
        </Stack>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor
      title={undoes ? "Undo the change of address" : "Confirm address"}
      lead={`For your account at ${link.organizationName}.`}
    >
      <Stack>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {saidOf(link)}
        </Text>
        {using.error && <ProblemNotice problem={using.error} />}
        <Button onClick={() => using.mutate()} loading={using.isPending}>
          {undoes ? `Use ${link.email} again` : `Confirm ${link.email}`}
        </Button>
      </Stack>
    </FrontDoor>
  );
}

function Onward({ href, children }: { href: string; children: string }) {
  return (
    <Group>
      <Button component={Link} href={href}>
        {children}
      </Button>
    </Group>
  );
}

function saidOf({ purpose, currentEmail, email }: Schemas["AddressLinkView"]): string {
  switch (purpose) {
    case "address_undo":
      return `The address is ${currentEmail} now. Undo this if it wasn’t you: every session ends, the password stops working, and you’ll get a link to choose a new one.`;
    case "address_change":
      return `Your address changes from ${currentEmail} to ${email}. You sign in with the new one.`;
    default:
      return `Confirm that ${email} is yours. Until then, you get no other email.`;
  }
}
