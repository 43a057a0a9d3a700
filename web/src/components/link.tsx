"use client";

import NextLink from "next/link";
import { type ComponentProps, useState } from "react";

/** A link within the product; the page it leads to is fetched in advance once it is pointed at or focused. */
export default function Link({ onMouseEnter, onFocus, ...props }: ComponentProps<typeof NextLink>) {
  const [near, setNear] = useState(false);
  return (
    <NextLink
      prefetch={near ? null : false}
      {...props}
      onMouseEnter={(event) => {
        setNear(true);
        onMouseEnter?.(event);
      }}
      onFocus={(event) => {
        setNear(true);
        onFocus?.(event);
      }}
    />
  );
}
