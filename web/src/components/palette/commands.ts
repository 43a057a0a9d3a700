"use client";

import { useMantineColorScheme } from "@mantine/core";
import {
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconEye,
  IconEyeOff,
  IconFileImport,
  IconGauge,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSun,
  IconSunMoon,
  type TablerIcon,
  IconUser,
  IconWallet,
} from "@tabler/icons-react";

import { useMe } from "@/api/me";
import { DESTINATIONS, SETTINGS } from "@/components/navigation";
import { signOutNow } from "@/components/sign-out";

/** A page to go to or a thing to do. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly icon: TablerIcon;
  readonly keys?: string;
  /** Words it is also found by. */
  readonly also?: string;
  readonly deed: string | (() => void);
}

const MAKE = "add create enter";

const NEW: readonly Command[] = [
  { id: "new-loan", label: "New loan", icon: IconPlus, keys: "n", also: MAKE, deed: "/loan/new/" },
  { id: "new-property", label: "New property", icon: IconBuilding, also: MAKE, deed: "/property/?new=true" },
  { id: "new-lender", label: "New lender", icon: IconBuildingBank, also: MAKE, deed: "/lender/?new=true" },
  { id: "new-fund", label: "New fund", icon: IconWallet, also: MAKE, deed: "/fund/?new=true" },
  {
    id: "new-portfolio",
    label: "New portfolio",
    icon: IconBriefcase,
    also: MAKE,
    deed: "/portfolio/?new=true",
  },
];

/** Key figures and filters by what people call them; each leads to its loans. */
export const FIGURES: readonly Command[] = [
  { label: "Loan to value", also: "ltv leverage", to: "/loans/?figure=ltv" },
  { label: "DSCR", also: "debt service coverage", to: "/loans/?order=dscr&figure=dscr" },
  { label: "Debt yield", also: "noi", to: "/loans/?order=debtYield&figure=debtYield" },
  { label: "Weighted average rate", also: "interest coupon", to: "/loans/?order=-rate&figure=weightedRate" },
  {
    label: "Maturing within 12 months",
    also: "maturity wall",
    to: "/loans/?order=maturityDate&figure=maturingWithinYear",
  },
  { label: "Past maturity", also: "matured overdue", to: "/loans/?order=maturityDate&figure=pastMaturity" },
  ...["Multifamily", "Office", "Retail", "Industrial", "Hospitality"].map((type) => ({
    label: `Filter: ${type.toLowerCase()}`,
    also: "property type dashboard",
    to: `/dashboard/?propertyType=${type.toLowerCase()}`,
  })),
].map(({ label, also, to }) => ({ id: to, label, also, icon: IconGauge, deed: to }));

/** Where the person may go. */
export function usePages(): readonly Command[] {
  const { permissions } = useMe().member;
  return [
    ...DESTINATIONS.filter(({ needs }) => permissions.includes(needs)).map(({ label, path, icon, keys }) => ({
      id: path,
      label,
      icon,
      keys,
      deed: path,
    })),
    {
      id: "/account/",
      label: "Your account",
      icon: IconUser,
      also: "password sessions profile",
      deed: "/account/",
    },
    ...SETTINGS.filter(({ needs }) => needs === undefined || permissions.includes(needs)).map(
      ({ label, path, icon, words }) => ({ id: `settings ${path}`, label, icon, also: words, deed: path }),
    ),
  ];
}

/** What the person may do. What stays when the palette closes (the dialog of keys, kept choices) is passed in. */
export function useDeeds({
  blurred,
  toggleBlurred,
  showKeys,
}: {
  blurred: boolean;
  toggleBlurred: () => void;
  showKeys: () => void;
}): readonly Command[] {
  const { permissions } = useMe().member;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const deeds: Command[] = [];
  if (permissions.includes("portfolio.write")) {
    deeds.push(...NEW);
  }
  if (permissions.includes("tape.import")) {
    deeds.push({
      id: "import",
      label: "Import a tape",
      icon: IconFileImport,
      also: "upload csv xml servicer",
      deed: "/import/new/",
    });
  }
  const schemes = [
    { value: "light", label: "Light theme", icon: IconSun },
    { value: "dark", label: "Dark theme", icon: IconMoon },
    { value: "auto", label: "System theme", icon: IconSunMoon },
  ] as const;
  deeds.push(
    {
      id: "blur",
      label: blurred ? "Show amounts" : "Blur amounts",
      icon: blurred ? IconEye : IconEyeOff,
      also: "hide privacy amounts",
      deed: toggleBlurred,
    },
    ...schemes
      .filter(({ value }) => value !== colorScheme)
      .map(({ value, label, icon }) => ({
        id: value,
        label,
        icon,
        also: "colors scheme mode",
        deed: () => setColorScheme(value),
      })),
    {
      id: "keys",
      label: "Keyboard shortcuts",
      icon: IconKeyboard,
      keys: "?",
      also: "help keys",
      deed: showKeys,
    },
    { id: "sign-out", label: "Sign out", icon: IconLogout, also: "log out leave", deed: signOutNow },
  );
  return deeds;
}
