"use client";

import { ActionIcon, NumberInput, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./preview.module.css";

/** Which page is shown, and how to see another one. */
export function PageSteps({
  page,
  pages,
  onPage,
  children,
}: {
  page: number;
  pages: number;
  onPage: (page: number) => void;
  children?: ReactNode;
}) {
  const formats = useFormats();
  return (
    <div className={`${classes.steps} no-print`} role="group" aria-label="Pages">
      <ActionIcon
        variant="default"
        size={36}
        aria-label="Previous page"
        disabled={page <= 1}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={18} aria-hidden />
      </ActionIcon>
      <NumberInput
        aria-label="Page"
        w={64}
        min={1}
        max={pages}
        clampBehavior="blur"
        hideControls
        allowDecimal={false}
        value={page}
        onChange={(value) => {
          const wanted = Number(value);
          if (Number.isInteger(wanted) && wanted >= 1 && wanted <= pages && wanted !== page) onPage(wanted);
        }}
      />
      <Text size="sm" role="status">{`of ${count(pages, formats)}`}</Text>
      <ActionIcon
        variant="default"
        size={36}
        aria-label="Next page"
        disabled={page >= pages}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={18} aria-hidden />
      </ActionIcon>
      {children}
    </div>
  );
}
