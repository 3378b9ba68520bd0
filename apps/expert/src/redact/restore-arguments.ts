import { kindOfPlaceholder, placeholdersIn, restore, type PseudonymMap } from '@switchyard/guardrail';

export type Arguments = Readonly<Record<string, unknown>>;

/** Whether a text holds a placeholder that no value stands behind; what only has the form of one (`<item_1>`) is none. */
const isInvented = (text: string, map: PseudonymMap): boolean => [...placeholdersIn(text)].some((placeholder) => !Object.hasOwn(map, placeholder) && kindOfPlaceholder(placeholder) !== undefined);

/**
 * Puts the values back into the arguments of a tool, at any depth; undefined where one holds a placeholder that stands for
 * nothing, which may have been meant for anybody's value. Keys are names of the site's schema, and have none.
 */
export function restoreArguments(given: Arguments, map: PseudonymMap): Arguments | undefined {
  let isWhole = true;
  const walk = (at: unknown): unknown => {
    if (typeof at === 'string') {
      isWhole &&= !isInvented(at, map);
      return restore(at, map);
    }
    if (Array.isArray(at)) return at.map(walk);
    if (typeof at !== 'object' || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, one]) => {
      isWhole &&= placeholdersIn(key).size === 0;
      return [key, walk(one)];
    }));
  };
  const restored = walk(given) as Arguments;
  return isWhole ? restored : undefined;
}
