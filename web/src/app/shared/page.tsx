import type { Metadata } from "next";

import { FrontDoor } from "@/features/auth/front-door/front-door";
import { SharedFile } from "@/features/files/shared/shared-file";

export const metadata: Metadata = { title: "Shared with you", robots: "noindex" };

export default function Route() {
  return (
    <FrontDoor title="Shared with you">
      <SharedFile />
    </FrontDoor>
  );
}
