"use client";

import { usePathname } from "next/navigation";

import { ShellOutline } from "@/components/shell-outline";
import { DashboardSkeleton } from "@/features/dashboard/overview/dashboard-skeleton";

/** A page's outline until it is known who is here. */
export function WaitingPage() {
  return <ShellOutline>{usePathname() === "/dashboard/" ? <DashboardSkeleton /> : null}</ShellOutline>;
}
