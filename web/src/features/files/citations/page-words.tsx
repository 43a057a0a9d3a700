"use client";

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { Problem } from "@/api/problem";

import { pageTextQuery } from "../preview/api/contents";
import classes from "../preview/preview.module.css";
import { selectedIn } from "./selected-in";

/** The text of a page, of which words can be selected to quote them. */
export function PageWords({
  documentId,
  page,
  onWords,
}: {
  documentId: string;
  page: number;
  onWords: (words: string) => void;
}) {
  const region = useRef<HTMLDivElement>(null);
  const { data, error } = useQuery(pageTextQuery(documentId, page));
  const take = () => {
    const words = selectedIn(region.current);
    if (words !== "") onWords(words);
  };
  if (error instanceof Problem && error.status === 404) {
    return (
      <Text size="sm" c="dimmed">
        No text was found on this page. Write down what it says.
      </Text>
    );
  }
  if (data === undefined) return null;
  return (
    <div>
      <Text size="sm" fw={500}>
        {`Text of page ${page}`}
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        Select words to quote them.
      </Text>
      <div
        ref={region}
        className={classes.scroller}
        style={{ maxHeight: "10rem" }}
        tabIndex={0}
        role="region"
        aria-label={`Text of page ${page}`}
        onMouseUp={take}
        onTouchEnd={take}
        onKeyUp={take}
      >
        <pre className={classes.text}>{data.text}</pre>
      </div>
    </div>
  );
}
