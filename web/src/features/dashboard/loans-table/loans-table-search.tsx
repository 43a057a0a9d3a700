"use client";

import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { writeSearch } from "@/components/address";

const PAUSE = 250;

/** Words to search loans for, held in the address bar once a person pauses. */
export function LoansTableSearch({ words }: { words: string }) {
  const [text, setText] = useState(words);
  const [sent, setSent] = useState(words);
  const [known, setKnown] = useState(words);
  // The address was changed by something else (a view, the way back): the field follows it. What was sent from here
  // comes back while a person may be typing on, and changes nothing.
  if (known !== words) {
    setKnown(words);
    if (words !== sent) {
      setText(words);
      setSent(words);
    }
  }
  const write = (next: string) => {
    setSent(next.trim());
    writeSearch({ q: next.trim() });
  };
  const later = useDebouncedCallback(write, PAUSE);
  const change = (next: string) => {
    setText(next);
    later(next);
  };
  return (
    <TextInput
      role="searchbox"
      inputMode="search"
      size="xs"
      w={280}
      miw={120}
      maxLength={200}
      aria-label="Search loans"
      placeholder="Number, name, borrower, lender"
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text === "" ? null : (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              later.cancel();
              setText("");
              write("");
            }}
          />
        )
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
