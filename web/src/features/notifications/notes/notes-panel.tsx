"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";

/** Notes on the thing that the address names, whose page is there before them. */
export const NotesPanel = dynamic(() => import("./notes").then((part) => part.Notes), {
  loading: () => <Waiting />,
});
