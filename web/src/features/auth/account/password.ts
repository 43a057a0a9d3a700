/** The server's rules for passwords, told while one types; the server decides. */
export const SHORTEST = 12;
export const LONGEST = 256;
const FEWEST_DISTINCT = 5;
const SHORTEST_OWN_WORD = 4;
const LONG = 16;
const VERY_LONG = 20;

/** The passwords tried first, told at once; the server knows tens of thousands, and what resembles them. */
const FIRST_GUESSES: ReadonlySet<string> = new Set(
  [
    "123456789012 1234567890123 123456789123 1234567891011 12345678910a 0123456789abc 0987654321qwerty",
    "qwertyuiop12 qwertyuiop123 qwertyuiop1234 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv",
    "q1w2e3r4t5y6 qazwsxedcrfv qwertyqwerty qwerty123456 qwerty12345678 123456qwerty asdfghjkl123 password1234",
    "password12345 password123456 password123! passwordpassword mypassword123 newpassword1 administrator",
    "administrator1 adminadmin123 changeme1234 changemenow1 letmein12345 welcome12345 welcome123456",
    "iloveyou1234 iloveyou12345 unbelievable abcdefghijkl abcdefghijklm abcd12345678 abc123456789 abcdef123456",
    "a123456789012 realinsights realinsights1 realinsights123",
  ].flatMap((line) => line.split(" ")),
);

export interface Rule {
  readonly text: string;
  readonly met: boolean;
}

export interface Judgment {
  readonly rules: readonly Rule[];
  readonly good: boolean;
  /** 0 (nothing yet) to 4. */
  readonly strength: number;
  readonly words: string;
}

/** Judge a password; `ownWords` are the person's names, the first part of their address, their organization. */
export function judge(password: string, ownWords: readonly string[]): Judgment {
  const text = password.normalize("NFKC");
  const plain = text.toLowerCase();
  const length = [...text].length;
  const longEnough = length >= SHORTEST && length <= LONGEST;
  const rules = [
    { text: `${SHORTEST} to ${LONGEST} characters`, met: longEnough },
    {
      text: `At least ${FEWEST_DISTINCT} different characters`,
      met: new Set(plain).size >= FEWEST_DISTINCT,
    },
    {
      text: "Not a commonly used password",
      met: length > 0 && !FIRST_GUESSES.has(plain),
    },
    {
      text: "Doesn’t contain your name, email or organization",
      met: length > 0 && !isOwnWord(plain, ownWords),
    },
  ];
  const good = rules.every(({ met }) => met);
  return { rules, good, ...strengthOf(length, good) };
}

function strengthOf(length: number, good: boolean): Pick<Judgment, "strength" | "words"> {
  if (length === 0) return { strength: 0, words: "" };
  if (!good) return { strength: 1, words: length < SHORTEST ? "Too short" : "Weak" };
  if (length < LONG) return { strength: 2, words: "Good" };
  return length < VERY_LONG ? { strength: 3, words: "Strong" } : { strength: 4, words: "Very strong" };
}

/** What is left without the name must still be a password by itself. */
function isOwnWord(plain: string, ownWords: readonly string[]): boolean {
  return ownWords
    .map((word) => word.trim().toLowerCase())
    .some(
      (own) =>
        [...own].length >= SHORTEST_OWN_WORD &&
        plain.includes(own) &&
        [...plain.replaceAll(own, "")].length < SHORTEST / 2,
    );
}
