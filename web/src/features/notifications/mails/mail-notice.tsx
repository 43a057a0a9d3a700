"use client";

import { Alert } from "@mantine/core";
import { IconMailOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { mailNoticeQuery } from "./api/mails";

/** Says that no mail leaves, where none does. */
export function MailNotice() {
  const { data: notice } = useQuery(mailNoticeQuery);
  if (notice == null) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconMailOff aria-hidden />}
      title="No email leaves this installation"
      role="status"
    >
      {notice}
    </Alert>
  );
}
