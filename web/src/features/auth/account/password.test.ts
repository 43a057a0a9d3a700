import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { judge, LONGEST, SHORTEST } from "./password";

const server = readFileSync("../src/realinsights/auth/model/passwords.py", "utf8");
const unmet = (password: string, ownWords: string[] = []) =>
  judge(password, ownWords).rules.flatMap(({ met, text }) => (met ? [] : [text.slice(0, 12)]));

describe("the rules for passwords", () => {
  it("are the server's", () => {
    expect(server).toContain(`SHORTEST = ${SHORTEST}\n`);
    expect(server).toContain(`LONGEST = ${LONGEST}\n`);
    expect(server).toContain("FEWEST_DISTINCT = 5\n");
    expect(server).toContain("_SHORTEST_OWN_WORD = 4\n");
  });

  it.each(["correct horse battery staple", "пароль из слов", "🦊🐢🌊🌲🔥 forest!", "x".repeat(200) + "abcd"])(
    "take %s",
    (password) => {
      expect(unmet(password, ["Anna", "Adler"])).toEqual([]);
    },
  );

  it("count characters, not what they are stored as", () => {
    expect(unmet("🦊🐢🌊🌲🔥🦊")).toEqual(["12 to 256 ch"]);
    expect(unmet("ﬀﬀﬀﬀﬀabcdef")).toEqual([]); // a ligature is two letters, as it is hashed
  });

  it.each([
    ["short", "12 to 256 ch"],
    ["x1y2".repeat(100), "12 to 256 ch"],
    ["abababababab", "At least 5 d"],
    ["PassWord1234", "Not a common"],
  ])("refuse %s", (password, rule) => {
    expect(unmet(password)).toContain(rule);
  });

  it("refuse what is little more than one's own words, and nothing else with them in it", () => {
    expect(unmet("HarborCapital1!", ["Harbor Capital", "HarborCapital"])).toEqual(["Doesn’t cont"]);
    expect(unmet("adleradler12", ["Adler"])).toEqual(["Doesn’t cont"]);
    expect(unmet("adler flies over the sea", ["Adler"])).toEqual([]);
    expect(unmet("ann ann ann bee", ["Ann"])).toEqual([]); // three letters are everywhere
  });

  it("say nothing is met before anything is entered", () => {
    expect(judge("", ["Anna"])).toMatchObject({ good: false, strength: 0 });
    expect(judge("", []).rules.every(({ met }) => !met)).toBe(true);
  });

  it("call longer passwords stronger", () => {
    expect(judge("plum tree 12", []).words).toBe("Good");
    expect(judge("plum tree 12 sea", []).words).toBe("Strong");
    expect(judge("plum tree 12 sea salt", []).words).toBe("Very strong");
  });
});
