/** What JSON can hold, and `undefined` for what one side does not have. */
export type Value =
  string | number | boolean | null | undefined | readonly Value[] | { [name: string]: Value };

/** One field in which two versions of a loan differ, and which of them changed it since the one both began with. */
export interface Difference {
  /** The field's path on the wire; what a list holds by name is told by that name: `properties[<id>]`. */
  path: string;
  base: Value;
  mine: Value;
  theirs: Value;
  changed: "mine" | "theirs" | "both";
}

export type Side = "mine" | "theirs";

/** Which side each differing field is taken from, by its path. */
export type Choices = Readonly<Record<string, Side>>;

type Take = (difference: Difference) => Value;

/** Every field in which mine and theirs differ, in the order of the loan's fields. */
export function differencesOf<T extends object>(base: T, mine: T, theirs: T): Difference[] {
  const found: Difference[] = [];
  merge(asValue(base), asValue(mine), asValue(theirs), "", (difference) => {
    found.push(difference);
    return difference.mine;
  });
  return found;
}

/** What is taken without asking: what one side alone changed. Where both did, a person decides. */
export function plainChoices(differences: readonly Difference[]): Choices {
  const decided: Record<string, Side> = {};
  for (const { path, changed } of differences) if (changed !== "both") decided[path] = changed;
  return decided;
}

/** One version out of two: each differing field from the side chosen, everything else as both have it. */
export function mergedBy<T extends object>(base: T, mine: T, theirs: T, choices: Choices): T {
  const whole = merge(asValue(base), asValue(mine), asValue(theirs), "", (difference) =>
    choices[difference.path] === "theirs" ? difference.theirs : difference.mine,
  );
  return whole as unknown as T;
}

const asValue = (whole: object): Value => whole as { [name: string]: Value };

function merge(base: Value, mine: Value, theirs: Value, path: string, take: Take): Value {
  if (same(mine, theirs)) return mine;
  if (isObject(mine) && isObject(theirs)) return mergeObjects(base, mine, theirs, path, take);
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const list = mergeLists(base, mine, theirs, path, take);
    if (list !== null) return list;
  }
  const changed = same(mine, base) ? "theirs" : same(theirs, base) ? "mine" : "both";
  return take({ path, base, mine, theirs, changed });
}

type Fields = { [name: string]: Value };

function mergeObjects(base: Value, mine: Fields, theirs: Fields, path: string, take: Take): Value {
  const before = isObject(base) ? base : {};
  const whole: Fields = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const inner = path === "" ? name : `${path}.${name}`;
    const value = merge(before[name], mine[name], theirs[name], inner, take);
    if (value !== undefined) whole[name] = value;
  }
  return whole;
}

/** Lists whose things have a name of their own are merged thing by thing, those of one length place by place. */
function mergeLists(
  base: Value,
  mine: readonly Value[],
  theirs: readonly Value[],
  path: string,
  take: Take,
): readonly Value[] | null {
  const before: readonly Value[] = Array.isArray(base) ? base : [];
  const [mineNamed, theirsNamed, beforeNamed] = [named(mine), named(theirs), named(before)];
  if (mineNamed !== null && theirsNamed !== null && beforeNamed !== null) {
    const whole: Value[] = [];
    for (const name of new Set([...mineNamed.keys(), ...theirsNamed.keys()])) {
      const [held, other] = [mineNamed.get(name), theirsNamed.get(name)];
      const value = merge(beforeNamed.get(name), held, other, `${path}[${name}]`, take);
      if (value !== undefined) whole.push(value);
    }
    return whole;
  }
  if (mine.length !== theirs.length || mine.length !== before.length) return null;
  return mine.map((value, index) => merge(before[index], value, theirs[index], `${path}[${index}]`, take));
}

/** The things of a list by their names: texts by themselves, properties by their ids; null where they have none. */
function named(list: readonly Value[]): Map<string, Value> | null {
  const found = new Map<string, Value>();
  for (const item of list) {
    const name = isObject(item) ? item.propertyId : item;
    if (typeof name !== "string" || found.has(name)) return null;
    found.set(name, item);
  }
  return found;
}

function isObject(value: Value): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two values say the same: what is unknown is the same as what is not there. */
function same(one: Value, other: Value): boolean {
  if (one === other || (one == null && other == null)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) =>
      same(one[name], other[name]),
    );
  }
  return false;
}
