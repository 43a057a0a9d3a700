import {
  IconAdjustments,
  IconFlask,
  IconBell,
  IconBriefcase,
  IconCalendarDollar,
  IconCalendarEvent,
  IconBuilding,
  IconBuildingBank,
  IconFileImport,
  IconFiles,
  IconFileText,
  IconGauge,
  IconHistory,
  IconListSearch,
  IconMail,
  IconPercentage,
  IconReport,
  IconSettings,
  IconUsers,
  IconWallet,
  IconWebhook,
  type TablerIcon,
} from "@tabler/icons-react";

import type { Permission } from "@/api/me";

export interface Destination {
  readonly label: string;
  readonly path: string;
  readonly icon: TablerIcon;
  readonly needs: Permission;
  /** Keys pressed one after the other that lead there. */
  readonly keys: string;
  /** Pages below it, which show it as the current one. */
  readonly also?: readonly string[];
}

/** Where the menu leads, in its order. */
export const DESTINATIONS: readonly Destination[] = [
  { label: "Dashboard", path: "/dashboard/", icon: IconGauge, needs: "portfolio.read", keys: "g d" },
  {
    label: "Debt service",
    path: "/debt-service/",
    icon: IconCalendarDollar,
    needs: "portfolio.read",
    keys: "g u",
  },
  { label: "What if", path: "/what-if/", icon: IconFlask, needs: "portfolio.read", keys: "g w" },
  {
    label: "Loans",
    path: "/loans/",
    icon: IconFileText,
    needs: "portfolio.read",
    keys: "g l",
    also: ["/loan/"],
  },
  {
    label: "Properties",
    path: "/properties/",
    icon: IconBuilding,
    needs: "portfolio.read",
    keys: "g p",
    also: ["/property/"],
  },
  {
    label: "Lenders",
    path: "/lenders/",
    icon: IconBuildingBank,
    needs: "portfolio.read",
    keys: "g e",
    also: ["/lender/"],
  },
  {
    label: "Funds",
    path: "/funds/",
    icon: IconWallet,
    needs: "portfolio.read",
    keys: "g f",
    also: ["/fund/"],
  },
  {
    label: "Portfolios",
    path: "/portfolios/",
    icon: IconBriefcase,
    needs: "portfolio.read",
    keys: "g o",
    also: ["/portfolio/"],
  },
  {
    label: "Import",
    path: "/imports/",
    icon: IconFileImport,
    needs: "portfolio.read",
    keys: "g i",
    also: ["/import/", "/solve/"],
  },
  {
    label: "Documents",
    path: "/documents/",
    icon: IconFiles,
    needs: "file.read",
    keys: "g c",
    also: ["/document/"],
  },
  { label: "Dates", path: "/dates/", icon: IconCalendarEvent, needs: "portfolio.read", keys: "g t" },
  {
    label: "Reports",
    path: "/reports/",
    icon: IconReport,
    needs: "portfolio.read",
    keys: "g r",
    also: ["/report/"],
  },
  { label: "Rates", path: "/rates/", icon: IconPercentage, needs: "portfolio.read", keys: "g v" },
  { label: "Members", path: "/members/", icon: IconUsers, needs: "member.read", keys: "g m" },
  { label: "Audit trail", path: "/audit/", icon: IconHistory, needs: "audit.read", keys: "g a" },
  {
    label: "Organization",
    path: "/organization/",
    icon: IconAdjustments,
    needs: "organization.manage",
    keys: "g s",
  },
  {
    label: "Settings",
    path: "/settings/notifications/",
    icon: IconSettings,
    needs: "portfolio.read",
    keys: "g b",
    also: ["/settings/"],
  },
];

/** A page of settings; all may see one that needs nothing. */
export interface SettingsPage {
  readonly label: string;
  readonly path: string;
  readonly icon: TablerIcon;
  readonly needs?: Permission;
  /** Pages below it. */
  readonly also?: readonly string[];
  /** Words it is also found by. */
  readonly words: string;
}

/** The pages of settings, in their order. */
export const SETTINGS: readonly SettingsPage[] = [
  {
    label: "Notifications",
    path: "/settings/notifications/",
    icon: IconBell,
    words: "preferences settings digest quiet hours email",
  },
  {
    label: "Rules",
    path: "/settings/rules/",
    icon: IconListSearch,
    needs: "portfolio.read",
    also: ["/settings/rule/"],
    words: "settings alerts thresholds covenants watch",
  },
  {
    label: "Webhooks",
    path: "/settings/webhooks/",
    icon: IconWebhook,
    needs: "webhook.manage",
    also: ["/settings/webhook/"],
    words: "settings endpoints events api secret",
  },
  {
    label: "Email",
    path: "/settings/mails/",
    icon: IconMail,
    needs: "organization.manage",
    also: ["/settings/mail/"],
    words: "settings mail smtp sent kept",
  },
];
