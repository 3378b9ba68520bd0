/**
 * A JSON text that is the same for equal values: keys in code unit order, no spaces. What JSON leaves out (undefined,
 * functions) is left out, so that a value hashes the same before and after its way through a queue or a database.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    // The object that is built here has no prototype, so that a key such as `__proto__` is a key like any other.
    const sorted = Object.create(null) as Record<string, unknown>;
    for (const [key, inner] of Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) sorted[key] = inner;
    return sorted;
  });
}
