/** An object of the document, of which nothing is known yet. */
export type Part = Readonly<Record<string, unknown>>;

export const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);
export const partOf = (value: unknown): Part => (isPart(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

/** Something that cannot be taken over, and where it stands (JSON pointer). */
export class NotTaken extends Error {
  constructor(
    readonly pointer: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** A pointer one step further down. */
export const below = (pointer: string, ...keys: (string | number)[]): string => keys.reduce<string>((at, key) => `${at}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`, pointer);

/** What a local reference (`#/components/…`) leads to. @throws NotTaken where it leads out of the document, or nowhere */
export function follow(document: Part, reference: string, pointer: string): { readonly value: unknown; readonly pointer: string } {
  if (!reference.startsWith('#')) throw new NotTaken(pointer, `refers to another document (${reference}): bundle it into one first`);
  let value: unknown = document;
  for (const raw of reference.slice(1).split('/').slice(1)) {
    const key = decode(raw, pointer).replaceAll('~1', '/').replaceAll('~0', '~');
    const next = Array.isArray(value) ? value[Number(key)] : isPart(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (next === undefined) throw new NotTaken(pointer, `refers to ${reference}, which does not exist`);
    value = next;
  }
  return { value, pointer: reference };
}

function decode(text: string, pointer: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new NotTaken(pointer, `has a reference that cannot be read: ${text}`);
  }
}

/** The object itself, or what its `$ref` leads to, however often. @throws NotTaken where that leads back to itself */
export function resolve(document: Part, value: unknown, pointer: string): { readonly part: Part; readonly pointer: string } {
  const seen = new Set<string>();
  let at = { value, pointer };
  for (;;) {
    const reference = isPart(at.value) ? at.value['$ref'] : undefined;
    if (typeof reference !== 'string') return { part: partOf(at.value), pointer: at.pointer };
    if (seen.has(reference)) throw new NotTaken(pointer, `leads back to itself: ${[...seen, reference].join(' -> ')}`);
    seen.add(reference);
    at = follow(document, reference, at.pointer);
  }
}
