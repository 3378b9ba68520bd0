/**
 * A parameter as both drivers take it alike. They differ in what they make of objects, dates and bigints, so those are
 * turned into text here, which PostgreSQL reads as the type that the statement wants.
 */
export function toWireValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toWireValue);
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) return JSON.stringify(value);
  return value;
}
