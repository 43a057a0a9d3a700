"use client";
export function LoanNewPage() {
  return null;
}
