"use client";

import dynamic from "next/dynamic";

import { Waiting } from "@/components/waiting";

/** The timeline of the loan that the address names, whose page is there before it. */
export const LoanDatesPanel = dynamic(() => import("./loan-dates").then((part) => part.LoanDates), {
  loading: () => <Waiting />,
});
