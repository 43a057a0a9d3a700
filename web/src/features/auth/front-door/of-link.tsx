"use client";

import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";

import { Problem } from "@/api/problem";
import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";
import { useFragment } from "@/components/use-fragment";

import { FrontDoor } from "./front-door";

/**
 * A page that a mailed link leads to: asks what the link is of and shows it, or says that the link is incomplete or
 * over. `onward` leads on from there.
 */
export function OfLink<Offer>({
  title,
  query,
  incomplete = "Copy the whole link, including the code after the # sign.",
  over,
  onward,
  children,
}: {
  title: string;
  query: (token: string) => UseQueryOptions<Offer, Error, Offer, string[]>;
  incomplete?: string;
  /** What is said of a link that is no longer valid, which the server refused with `problem`. */
  over: (problem: Problem) => { readonly title?: string; readonly words: string };
  onward: ReactNode;
  children: (token: string, offer: Offer) => ReactNode;
}) {
  const token = useFragment();
  const { data, error, refetch } = useQuery(query(token ?? ""));
  if (token === "") {
    return (
      <FrontDoor title="This link is incomplete">
        <Stack>
          <Text size="sm">{incomplete}</Text>
          {onward}
        </Stack>
      </FrontDoor>
    );
  }
  if (error instanceof Problem && error.status === 404) {
    const said = over(error);
    return (
      <FrontDoor title={said.title ?? "This link is no longer valid"}>
        <Stack>
          <Text size="sm">{said.words}</Text>
          {onward}
        </Stack>
      </FrontDoor>
    );
  }
  if (error !== null) {
    return (
      <FrontDoor title={title}>
        <ProblemNotice problem={error} onRetry={() => void refetch()} />
      </FrontDoor>
    );
  }
  if (token === null || data === undefined) {
    return (
      <FrontDoor title={title}>
        <Stack aria-busy="true" aria-label="Loading">
          <Skeleton h={60} />
          <Skeleton h={36} />
        </Stack>
      </FrontDoor>
    );
  }
  // Another link is another page: nothing that was entered for the one before is sent with it.
  return <Fragment key={token}>{children(token, data)}</Fragment>;
}

export function Onward({ href, children }: { href: string; children: string }) {
  return (
    <Group>
      <Button component={Link} href={href}>
        {children}
      </Button>
    </Group>
  );
}
