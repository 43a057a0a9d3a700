import { type ReactNode, Suspense } from "react";

import { EARLY_SCRIPT } from "@/api/early";
import { Palette } from "@/components/palette/palette";
import { Shell } from "@/components/shell";
import { SignedIn } from "@/components/signed-in";
import { Waiting } from "@/components/waiting";

import { WaitingPage } from "./waiting-page";

export default function ProductLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <script dangerouslySetInnerHTML={{ __html: EARLY_SCRIPT }} />
      <SignedIn waiting={<WaitingPage />}>
        <Shell search={<Palette />}>
          <Suspense fallback={<Waiting />}>{children}</Suspense>
        </Shell>
      </SignedIn>
    </>
  );
}
