"use client";
import type { Loan } from "../api/loan-draft";
export function LoanEdit({ loan }: { loan: Loan }) {
  return <p>{loan.name}</p>;
}
