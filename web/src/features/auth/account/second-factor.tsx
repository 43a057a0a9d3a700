"use client";

import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { meQuery } from "@/api/me";
import { renew } from "@/api/session";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import {
  beginAuthenticator,
  makeRecoveryCodes,
  removeAuthenticator,
  secondFactorsQuery,
} from "./api/account";
import { AuthenticatorDialog } from "./authenticator-dialog";
import { PasswordDialog } from "./password-dialog";
import { RecoveryCodes } from "./recovery-codes";

type Asking = "begin" | "codes" | "remove";

/** Fewer recovery codes than this are few. */
const FEW = 3;

/** One's authenticator app: add one, have other recovery codes, take it away. */
export function SecondFactor() {
  const { data, error, refetch } = useQuery(secondFactorsQuery);
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [begun, setBegun] = useState<Schemas["AuthenticatorView"] | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: secondFactorsQuery.queryKey });
  const shown = async (made: readonly string[]) => {
    setBegun(null);
    setAsking(null);
    setCodes(made);
    await again();
  };
  const kept = async () => {
    setCodes(null);
    // Who had to add one may do everything with their next token.
    await renew();
    await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  return (
    <Surface title="Second factor">
      {data === undefined && error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton h={48} aria-label="Loading" />}
      {data !== undefined && <State factors={data} onAsk={setAsking} />}
      {asking === "begin" && begun === null && (
        <PasswordDialog
          title="Add an authenticator app"
          label="Go on"
          onPassword={async (password) => setBegun(await beginAuthenticator(password))}
          onClose={() => setAsking(null)}
        >
          From then on signing in needs your password and a code that the app on your phone shows.
        </PasswordDialog>
      )}
      {begun !== null && (
        <AuthenticatorDialog
          begun={begun}
          onAdded={(made) => void shown(made)}
          onClose={() => {
            setBegun(null);
            setAsking(null);
          }}
        />
      )}
      {asking === "codes" && (
        <PasswordDialog
          title="Make new recovery codes"
          label="Make new codes"
          onPassword={async (password) => shown((await makeRecoveryCodes(password)).codes)}
          onClose={() => setAsking(null)}
        >
          The codes you have now are good no more.
        </PasswordDialog>
      )}
      {asking === "remove" && (
        <PasswordDialog
          title="Remove the authenticator app"
          label="Remove"
          dangerous
          onPassword={async (password) => {
            await removeAuthenticator(password);
            setAsking(null);
            notifications.show({ message: "Signing in needs your password alone from now on." });
            await again();
          }}
          onClose={() => setAsking(null)}
        >
          Signing in needs your password alone from then on. Your recovery codes go, too.
        </PasswordDialog>
      )}
      {codes !== null && <RecoveryCodes codes={codes} onClose={() => void kept()} />}
    </Surface>
  );
}

function State({
  factors: { since, recoveryCodesLeft, required },
  onAsk,
}: {
  factors: Schemas["SecondFactorsView"];
  onAsk: (what: Asking) => void;
}) {
  const formats = useFormats();
  if (since === null) {
    return (
      <Stack gap="sm">
        <Text size="sm">
          {required
            ? "Your organization requires a second factor."
            : "With an authenticator app, whoever learns your password still cannot sign in."}
        </Text>
        <Group>
          <Button onClick={() => onAsk("begin")}>Add an authenticator app</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <Text size="sm">An authenticator app, since {moment(since, formats)}.</Text>
      <Text size="sm" c={recoveryCodesLeft < FEW ? "red.9" : "dimmed"}>
        {recoveryCodesLeft === 1
          ? "1 recovery code is left."
          : `${recoveryCodesLeft} recovery codes are left.`}
      </Text>
      <Group>
        <Button variant="default" onClick={() => onAsk("codes")}>
          New recovery codes
        </Button>
        {!required && (
          <Button variant="default" onClick={() => onAsk("remove")}>
            Remove
          </Button>
        )}
      </Group>
    </Stack>
  );
}
