"use client";

import { SimpleGrid } from "@mantine/core";
import type { ReactNode } from "react";

import { Surface } from "@/components/surface";

/** A part of the form: fields side by side where there is room. */
export function FormSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Surface title={title}>
      <FormGrid>{children}</FormGrid>
    </Surface>
  );
}

export function FormGrid({ children }: { children: ReactNode }) {
  return (
    <SimpleGrid
      type="container"
      cols={{ base: 1, "26rem": 2, "44rem": 3 }}
      spacing="sm"
      verticalSpacing="sm"
      style={{ alignItems: "start" }}
    >
      {children}
    </SimpleGrid>
  );
}
