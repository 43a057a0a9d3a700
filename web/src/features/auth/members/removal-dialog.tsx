"use client";

import { Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { Schemas } from "@/api/client";
import { DeletionSteps } from "@/components/deletion-steps";
import { ProblemNotice } from "@/components/problem-notice";
import { moment } from "@/format/format";
import { useFormats } from "@/format/formats";

import { removalQuery } from "./api/members";

/** Shows how far a member's removal is: which service has let go of what. */
export function RemovalDialog({ member, onClose }: { member: Schemas["MemberView"]; onClose: () => void }) {
  const formats = useFormats();
  const { data, error, refetch } = useQuery(removalQuery(member.id));
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Removal of ${member.firstName} ${member.lastName}`}
      closeButtonProps={{ "aria-label": "Close" }}
      centered
    >
      <Stack>
        {error && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
        {data === undefined && !error && <Skeleton h={36} aria-label="Loading" />}
        {data !== undefined && (
          <>
            <Text size="sm">
              Asked for by {data.askedBy}, {moment(data.askedAt, formats)}.{" "}
              {data.state === "asked"
                ? `It begins ${moment(data.beginsAt, formats)} and can be undone until then.`
                : data.endedAt !== null && `Done, ${moment(data.endedAt, formats)}.`}
            </Text>
            {data.state !== "asked" && <DeletionSteps steps={data.steps} />}
          </>
        )}
      </Stack>
    </Modal>
  );
}
