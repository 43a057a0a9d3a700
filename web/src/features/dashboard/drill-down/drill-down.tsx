"use client";

import { Drawer } from "@mantine/core";
import dynamic from "next/dynamic";
import { createContext, type ReactNode, useContext, useState } from "react";

import { Waiting } from "@/components/waiting";

import type { Filters } from "../filters/filters";
import type { Wanted } from "./loans-behind";

const LoansBehind = dynamic(() => import("./loans-behind").then((module) => module.LoansBehind), {
  loading: () => <Waiting />,
});

const Context = createContext<(wanted: Wanted) => void>(() => undefined);

/** Shows the loans behind whatever is pressed inside it. */
export function DrillDown({ filters, children }: { filters: Filters; children: ReactNode }) {
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [opened, setOpened] = useState(false);
  const open = (next: Wanted) => {
    setWanted(next);
    setOpened(true);
  };
  return (
    <Context value={open}>
      {children}
      {/* What is wanted stays while the drawer closes, so that it does not close empty. */}
      <Drawer
        opened={opened}
        onClose={() => setOpened(false)}
        position="right"
        size="min(56rem, 100%)"
        title={wanted?.title}
        styles={{ title: { fontWeight: 650, overflowWrap: "anywhere" } }}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {wanted !== null && <LoansBehind key={JSON.stringify(wanted)} wanted={wanted} filters={filters} />}
      </Drawer>
    </Context>
  );
}

/** Ask for the loans behind something. */
export const useDrillDown = () => useContext(Context);
