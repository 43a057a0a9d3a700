/** Basis points, with their sign. */
export const shiftWords = (points: number): string =>
  points === 0 ? "not moved" : `${points > 0 ? "+" : "−"}${Math.abs(points)} bp`;
