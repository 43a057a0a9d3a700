import { Problem } from "@/api/problem";

/** The most bytes that one file may have. */
const MOST_BYTES = 4 * 1024 ** 3;

/** Why a file cannot be sent at all; null where it can. */
export function unsendable({ size }: Pick<File, "size">): string | null {
  if (size === 0) return "This file is empty. Choose another one.";
  if (size > MOST_BYTES) return "Larger than 4 GB. Split it, or leave out what is not needed.";
  return null;
}

/** Why a file was not taken, and what to do. */
export function refusalOf(problem: Error): string {
  if (!(problem instanceof Problem)) return "Try again. If it happens again, tell us what you did.";
  const [fault] = problem.errors;
  if (fault === undefined) return problem.message;
  const words = fault.message.replace(/\.$/, "");
  if (fault.field === "file") return `This file ${words}.`;
  if (fault.field === "fileName") {
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}. Give it the right ending, or save it again.`;
  }
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
