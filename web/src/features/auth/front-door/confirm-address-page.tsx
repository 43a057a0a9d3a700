"use client";

import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { meQuery } from "@/api/me";
import { ProblemNotice } from "@/components/problem-notice";

import { addressLinkQuery, followAddressLink } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { OfLink, Onward } from "./of-link";

/** Lets whoever has a link confirm an address, have a new one, or have the former one back. */
export function ConfirmAddressPage() {
  return (
    <OfLink
      title="Confirm address"
      query={addressLinkQuery}
      over={() => ({ words: "It was used, or its time is over. Ask for a new one in your account." })}
      onward={<Onward href="/account/">Your account</Onward>}
    >
      {(token, link) => <Confirm token={token} link={link} />}
    </OfLink>
  );
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
