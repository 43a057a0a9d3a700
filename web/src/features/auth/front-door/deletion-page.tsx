"use client";

import { Button, List, Stack, Text } from "@mantine/core";

import { downloadFrom, type Schemas } from "@/api/client";
import { DeletionSteps } from "@/components/deletion-steps";
import { count, moment, word } from "@/format/format";
import { useFormats } from "@/format/formats";

import { deletionLinkQuery } from "./api/front-door";
import { FrontDoor } from "./front-door";
import { OfLink, Onward } from "./of-link";

/** Shows whoever has the link how far an organization's deletion is, and hands out its certificate. */
export function DeletionPage() {
  return (
    <OfLink
      title="Deletion"
      query={deletionLinkQuery}
      over={() => ({ words: "Ask whoever runs the installation for the certificate." })}
      onward={<Onward href="/sign-in/">Sign in</Onward>}
    >
      {(_, link) => <Deletion link={link} />}
    </OfLink>
  );
}

function Deletion({ link }: { link: Schemas["DeletionLinkView"] }) {
  const formats = useFormats();
  const { organizationName, deletion, certificate } = link;
  if (certificate !== null) return <Deleted certificate={certificate} />;
  return (
    <FrontDoor title={`Deletion of ${organizationName}`} lead={leadOf(deletion?.state)}>
      {deletion !== null && (
        <Stack>
          <Text size="sm">
            {`Asked for by ${deletion.askedBy} on ${moment(deletion.askedAt, formats)}. It can be undone until ${moment(deletion.beginsAt, formats)}.`}
          </Text>
          {deletion.objections.length > 0 && (
            <List size="sm">
              {deletion.objections.map((objection) => (
                <List.Item key={objection}>{objection}</List.Item>
              ))}
            </List>
          )}
          {deletion.state === "under_way" && <DeletionSteps steps={deletion.steps} />}
        </Stack>
      )}
    </FrontDoor>
  );
}

function leadOf(state: Schemas["UndertakingState"] | undefined): string {
  switch (state) {
    case "asked":
      return "It has not begun.";
    case "undone":
      return "It was undone. Nothing was deleted.";
    case "refused":
      return "It was refused. Nothing was deleted.";
    default:
      return "It is under way.";
  }
}

function Deleted({ certificate }: { certificate: Schemas["CertificateView"] }) {
  const formats = useFormats();
  const { organizationName, certificateId, completedAt, services } = certificate.statement;
  const save = () => {
    const url = URL.createObjectURL(new Blob([certificate.text], { type: "application/jose" }));
    downloadFrom(url, `certificate-of-deletion-${certificateId}.jws`);
    URL.revokeObjectURL(url);
  };
  return (
    <FrontDoor
      title={`${organizationName} is deleted`}
      lead={`Completed on ${moment(completedAt, formats)}.`}
    >
      <Stack>
        <List size="sm">
          {services.map(({ service, documents, files }) => (
            <List.Item key={service}>
              {`${word(service)}: ${count(sum(documents), formats)} records, ${count(files, formats)} files`}
            </List.Item>
          ))}
        </List>
        <Button onClick={save}>Download the certificate</Button>
      </Stack>
    </FrontDoor>
  );
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, one) => total + one, 0);
