/** Whether a path is one of the pattern's: segments equal, or anything but nothing where the pattern has `:name`. */
export function matchesPath(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const given = path.split('/');
  return parts.length === given.length && parts.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]));
}
