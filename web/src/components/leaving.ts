/** Leave the page. `forgets`: what was entered is not kept. */
type Guard = (leave: () => void, forgets: boolean) => void;

/** The guard of the page that has, or may get, something unsaved; there is one page at a time. */
const guards: Guard[] = [];

/** Let `guard` decide about leaving until what is returned is called. */
export function guardLeaving(guard: Guard): () => void {
  guards.push(guard);
  return () => {
    guards.splice(guards.indexOf(guard), 1);
  };
}

/** Leave the page by a key, a command or a button; where something is unsaved, the person is asked before. */
export function leaving(leave: () => void, { forgets = false } = {}): void {
  const guard = guards.at(-1);
  if (guard === undefined) leave();
  else guard(leave, forgets);
}
