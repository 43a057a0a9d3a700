import { type ReactNode, Suspense } from "react";

import { Shell } from "@/components/shell";
import { SignedIn } from "@/components/signed-in";
import { Waiting } from "@/components/waiting";

export default function ProductLayout({ children }: { children: ReactNode }) {
  return (
    <SignedIn>
      <Shell search={null}>
        <Suspense fallback={<Waiting />}>{children}</Suspense>
      </Shell>
    </SignedIn>
  );
}
