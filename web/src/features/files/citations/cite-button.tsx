"use client";

import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconQuote } from "@tabler/icons-react";
import dynamic from "next/dynamic";

import { useMay } from "@/api/me";
import { Waiting } from "@/components/waiting";

const CiteForm = dynamic(() => import("./cite-form").then((part) => part.CiteForm), {
  loading: () => <Waiting />,
});

/** Opens a dialog that says where a term of a loan is written. */
export function CiteButton({ loan }: { loan: { id: string } }) {
  const mayWrite = useMay("file.write");
  const [opened, dialog] = useDisclosure();
  if (!mayWrite) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconQuote size={14} aria-hidden />}
        onClick={dialog.open}
      >
        Cite a term
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Cite where a term is written" size="lg">
        <CiteForm from={{ loanId: loan.id }} onEnd={dialog.close} />
      </Modal>
    </>
  );
}
