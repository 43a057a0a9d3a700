/** What the frame and its outline share, so that nothing moves when one takes the place of the other. */
export const HEADER = { height: 56 };
export const NAVBAR = { width: 208, breakpoint: "sm" } as const;
export const PADDING = { base: "sm", sm: "lg" } as const;
