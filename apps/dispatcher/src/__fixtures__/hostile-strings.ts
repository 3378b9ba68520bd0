import { Chance } from '@switchyard/testing';

const OF_CLASS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\\d|^\\p\{Nd?\}/, ['1', '0']],
  [/^\\w/, ['a', '1']],
  [/^\\s/, [' ', '\n']],
  [/^\\S/, ['a', '.']],
  [/^\\D|^\\W/, ['a', ' ']],
  [/^\\p\{Lu\}/, ['A']],
  [/^\\p\{(?:Script=|sc=)Han\}/, ['中', '货']],
  [/^\\p\{(?:Script=|sc=)Latin\}/, ['a', 'é']],
  [/^\\[pP]\{/, ['a', '\u0301', '😀', '-']],
  [/^\\n/, ['\n']],
  [/^\\b/, []],
];

/** What one position of a pattern takes, a few of it; and how much of the source it is. */
function pieceAt(source: string, at: number): { readonly samples: readonly string[]; readonly size: number } {
  const rest = source.slice(at);
  if (rest.startsWith('\\')) {
    const size = /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|k<[^>]*>|.)/su.exec(rest)?.[0].length ?? 1;
    const known = OF_CLASS.find(([pattern]) => pattern.test(rest));
    if (known) return { samples: known[1], size };
    const code = /^\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2}))/u.exec(rest);
    if (code) return { samples: [String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '0', 16))], size };
    return { samples: [rest.charAt(1)], size };
  }
  const special = /^(?:\(\?(?:<?[=!]|:|<[^>]*>)?|[()|^$*+?]|\{\d+(?:,\d*)?\}|[[\]])/u.exec(rest)?.[0];
  if (special !== undefined) return { samples: [], size: special.length };
  if (rest.startsWith('.')) return { samples: ['x', '中'], size: 1 };
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  return { samples: [character], size: character.length };
}

/** The characters and words that a pattern is made of. */
export function piecesOf(source: string): string[] {
  const pieces = new Set<string>();
  let word = '';
  for (let at = 0; at < source.length; ) {
    const { samples, size } = pieceAt(source, at);
    for (const sample of samples) pieces.add(sample);
    word = samples.length === 1 ? word + (samples[0] ?? '') : '';
    if (word.length > 1) pieces.add(word);
    at += size;
  }
  return [...pieces];
}

/** Endless repetitions of what a pattern looks for, with a beginning and an end that keep it from being content. */
export function hostileStrings(pattern: RegExp, length: number, count: number): string[] {
  const pieces = piecesOf(pattern.source);
  if (pieces.length === 0) return [];
  const chance = new Chance(`${pattern.source}/${pattern.flags}`);
  const filled = (piece: string): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  return Array.from({ length: count }, (_, at) => {
    // Each piece alone first, then a few of them together.
    const piece = at < Math.min(pieces.length, count / 2) ? (pieces[at] ?? ' ') : Array.from({ length: 1 + chance.below(4) }, () => chance.pick(pieces)).join('');
    return `${chance.pick(['', ...pieces])}${filled(piece)}${chance.pick(['\u0001', 'Ω', '!', ...pieces])}`;
  });
}
