import { type ReactNode, Suspense } from "react";

import { Palette } from "@/components/palette/palette";
import { Shell } from "@/components/shell";
import { SignedIn } from "@/components/signed-in";
import { Waiting } from "@/components/waiting";

export default function ProductLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <Shell search={<Palette />}>
        <Suspense fallback={<Waiting />}>{children}</Suspense>
      </Shell>
    </SignedIn>
  );
}
