"use client";

import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { Problem } from "@/api/problem";
import { useAddress } from "@/components/address";
import { Allowed } from "@/components/allowed";
import { EmptyState } from "@/components/empty-state";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { Page } from "@/components/page";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { mailQuery } from "./api/mails";
import { MailNotice } from "./mail-notice";
import { MAIL_STATES } from "./mail-words";

const FORMS = [
  { value: "html", label: "HTML" },
  { value: "text", label: "Text" },
];

/** One mail as its member gets it. */
export function MailPage() {
  const [search] = useAddress();
  return (
    <Allowed to="organization.manage" what="email to members">
      <KnownMail id={search.get("id") ?? ""} />
    </Allowed>
  );
}

function KnownMail({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({ ...mailQuery(id), enabled: id !== "", retry: false });
  const all = (
    <Button component={Link} href="/settings/mails/" variant="default">
      All email
    </Button>
  );
  if (data === undefined) {
    const gone = id === "" || (error instanceof Problem && error.status === 404);
    return (
      <Page title="Email" actions={all}>
        {gone ? (
          <EmptyState title="This email doesn’t exist">The link may be incomplete.</EmptyState>
        ) : error === null ? (
          <Skeleton h={320} radius="md" aria-label="Loading" />
        ) : (
          <ProblemNotice problem={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page title={data.subject} actions={all}>
      <MailNotice />
      <MailShown mail={data} />
    </Page>
  );
}

function MailShown({ mail }: { mail: Schemas["MailView"] }) {
  const formats = useFormats();
  const [search, go] = useAddress();
  const asText = search.get("as") === "text";
  return (
    <Surface>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <Stack gap={2} miw={0} style={{ overflowWrap: "anywhere" }}>
            <Text size="sm">
              To <Actor id={mail.user} />
              {mail.address !== null && ` at ${mail.address}`}
            </Text>
            <Text size="sm" c="dimmed">
              {[
                MAIL_STATES[mail.state],
                moment(mail.doneAt ?? mail.dueAt, formats),
                ...(mail.attempts > 1 ? [`${count(mail.attempts, formats)} attempts`] : []),
              ].join(" · ")}
            </Text>
            {mail.reason !== null && <Text size="sm">The mail server said: {mail.reason}</Text>}
            {mail.fileName !== null && <Text size="sm">With a file: {mail.fileName}</Text>}
          </Stack>
          <SegmentedControl
            data={FORMS}
            value={asText ? "text" : "html"}
            onChange={(form) => go({ as: form === "text" ? form : null })}
            aria-label="Shown as"
          />
        </Group>
        {asText ? (
          <Text
            size="sm"
            component="pre"
            m={0}
            ff="monospace"
            style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          >
            {mail.text || mail.subject}
          </Text>
        ) : (
          // No scripts, forms, links out of the frame or origin of its own; the page's policy loads nothing either.
          <iframe
            title="The email as HTML"
            sandbox=""
            srcDoc={mail.html}
            style={{
              width: "100%",
              height: "24rem",
              border: "1px solid var(--surface-border)",
              borderRadius: "var(--mantine-radius-md)",
              background: "#fff",
              colorScheme: "light",
            }}
          />
        )}
      </Stack>
    </Surface>
  );
}
