import { asksSomething } from './asks-something.js';

/** A message is taken apart into at most so many pieces: what asks for more is read as a whole anyway. */
export const MOST_PARTS = 4;

/** A longer text is a letter or a paste, and stays whole: in UTF-16 units. */
const LONGEST = 500;

/** What a piece must hold to be asked about alone: four Chinese characters, or two words. */
const LEAST_SAID = 4;
const SAID = /\p{Script=Han}|[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

// Ends of sentences and commas. No "、", which stands between the members of a list; no comma or point inside a number.
const PUNCTUATION = String.raw`[。！？!?；;\n…]+|[，,](?!\d)|\.+(?=\s|$)`;
const ENGLISH = String.raw`\s(?:and|also|plus|btw|by the way|as well as)\s`;
// "还有" asks for more only before another question: "还有货吗" is about stock.
const CHINESE = String.raw`(?=另外|顺便|以及|对了[^吗]|还有(?:怎么|怎样|我|请问|能|可以|想|哪|是不是|什么|帮))`;
const BORDER = new RegExp(`${PUNCTUATION}|${ENGLISH}|${CHINESE}`, 'iu');
const BORDERS = new RegExp(BORDER, 'giu');

// What only joins a piece to the one before it.
const JOINING = /^(?:(?:另外|顺便(?:问一下|问下|问问|问)?|以及|对了|还有(?!货|库存|多久|多少|没有|吗))|(?:and|also|plus|btw|by the way)\b)\s*/iu;

// "My kettle leaks. Also, I need an invoice": such a piece is none.
const ONLY_JOINS = /^\s*(?:另外|顺便(?:问一下|问下|问问|问)?|以及|对了|还有|and|also|plus|btw|by the way)?\s*$/iu;

function weightOf(piece: string): number {
  let weight = 0;
  for (const [word] of piece.matchAll(SAID)) weight += /\p{Script=Han}/u.test(word) ? 1 : 2;
  return weight;
}

interface Piece {
  readonly from: number;
  readonly to: number;
  /** What stands before it. */
  readonly border: string;
}

/** Pieces between the borders of a text, as places in it; one that only joins belongs to the border before the next. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let borderFrom = 0;
  const add = (to: number): void => {
    if (ONLY_JOINS.test(text.slice(from, to))) return;
    pieces.push({ from, to, border: text.slice(borderFrom, from) });
    borderFrom = to;
  };
  for (const next of text.matchAll(BORDERS)) {
    add(next.index);
    from = next.index + next[0].length;
  }
  add(text.length);
  return pieces;
}

/**
 * Without the borders that are a mere comma, unless both of its sides ask: "买了不满意，几天之内可以退" is one wish and
 * what led to it.
 */
function joinBackground(text: string, pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    const own = text.slice(piece.from, piece.to);
    const isBackground = before !== undefined && /^[，,]$/u.test(piece.border.trim()) && !JOINING.test(own.trim()) && !(asksSomething(text.slice(before.from, before.to)) && asksSomething(own));
    if (isBackground) joined.splice(-1, 1, { ...before, to: piece.to });
    else joined.push(piece);
  }
  return joined;
}

/** The place of the piece that says least, where it says too little or there are too many; undefined where all may stay. */
function nextToJoin(weights: readonly number[]): number | undefined {
  const least = Math.min(...weights);
  return weights.length > 1 && (least < LEAST_SAID || weights.length > MOST_PARTS) ? weights.indexOf(least) : undefined;
}

/**
 * The parts of a message that may each ask for something, in order and in its own words: pieces between ends of
 * sentences, words that join ("and", "另外"), and commas between two that ask. A piece that says little is joined to the one before it, the
 * first to the one after, until at most `MOST_PARTS` are left. One part, the text itself, where there is no border
 * or the text is longer than 500 characters.
 */
export function splitParts(text: string): readonly string[] {
  if (text.length > LONGEST || !BORDER.test(text)) return [text];
  const pieces = joinBackground(text, piecesOf(text));
  const weights = pieces.map(({ from, to }) => weightOf(text.slice(from, to)));
  for (let at = nextToJoin(weights); at !== undefined; at = nextToJoin(weights)) {
    const first = Math.max(0, at - 1);
    const [left, right] = pieces.slice(first, first + 2);
    if (!left || !right) break;
    pieces.splice(first, 2, { ...left, to: right.to });
    weights.splice(first, 2, (weights[first] ?? 0) + (weights[first + 1] ?? 0));
  }
  if (pieces.length < 2) return [text];
  return pieces.map(({ from, to }) => text.slice(from, to).trim().replace(JOINING, ''));
}
