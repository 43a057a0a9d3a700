import { type ReactNode, Suspense } from "react";

import { EARLY_SCRIPT } from "@/api/early";
import { Palette } from "@/components/palette/palette";
import { PartsAway } from "@/components/parts-away";
import { Shell } from "@/components/shell";
import { SignedIn } from "@/components/signed-in";
import { Waiting } from "@/components/waiting";
import { EnrollingPage } from "@/features/auth/account/enrolling-page";
import { Bell } from "@/features/notifications/inbox/bell";
import { showEarlyFigures } from "@/features/dashboard/headline/early-figures";

import { WaitingPage } from "./waiting-page";

// Once: a finished page has a copy of it in its head, before the style sheets that scripts in its body wait for.
const FIRST_SCRIPT = `if(!window.realinsightsEarly){${EARLY_SCRIPT};(${String(showEarlyFigures)})()}`;

export default function ProductLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <script id="first-script" dangerouslySetInnerHTML={{ __html: FIRST_SCRIPT }} />
      <SignedIn waiting={<WaitingPage />} enrolling={<EnrollingPage />}>
        <Shell search={<Palette />} bell={<Bell />}>
          <PartsAway />
          <Suspense fallback={<Waiting />}>{children}</Suspense>
        </Shell>
      </SignedIn>
    </>
  );
}
