/** The longest name in a path, decoded: a document's id may be the path of a file. */
export const LONGEST_NAME = 512;

/** Whether a segment can be the name of something: not empty, not endless, decodable, and without control characters. */
function isName(segment: string | undefined): boolean {
  if (segment === undefined || segment === '' || segment.length > 3 * LONGEST_NAME) return false;
  try {
    const name = decodeURIComponent(segment);
    return name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name);
  } catch {
    return false;
  }
}

/** Whether a path is one of the pattern's: segments equal, or a name where the pattern has `:name`. */
export function matchesPath(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const given = path.split('/');
  return parts.length === given.length && parts.every((part, index) => (part.startsWith(':') ? isName(given[index]) : part === given[index]));
}
