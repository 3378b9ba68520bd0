import { HAN_WEIGHT, RUN_WEIGHT, compact, lettersOnly, reversed, weighed, weightOf } from './leak-weights.js';

/** Follows a text that is still being written, and tells from where on parts of the prompt may stand in it. */
export interface LeakTrail {
  /** What the text goes on with. */
  add(piece: string): void;
  /** The first place, in UTF-16 units, from which on the text is the prompt's, or half of what counts as a leak; the length of the text where there is none. Nothing behind it may be shown yet. */
  openFrom(): number;
}

/** What of a prompt must not be told: its codes and sentences, and all of it, in letters and digits only. */
export interface Secrets {
  readonly codes: readonly string[];
  readonly sentences: readonly string[];
  readonly whole: string;
}

/** What is told of one answer. */
export interface TrailOf {
  /** Whether a piece of the prompt stands nowhere where the customer may read it. */
  readonly isSecret: (piece: string) => boolean;
  /** Whether the whole text, as far as it is written, holds a leak. */
  readonly isLeak: (text: string) => boolean;
}

/** This much of what counts as a leak is kept back until it goes on otherwise. */
const SHARE = 0.5;
const RUN_HELD = RUN_WEIGHT * SHARE;
const CODE_HELD = 4;

/** A code or a sentence of the prompt. */
interface Pattern {
  readonly text: string;
  /** As the prompt has it: the text may be written backwards. */
  readonly original: (piece: string) => string;
  /** From so many units on it is kept back. */
  readonly held: number;
  /** For each length, the next shorter one that the end of the text may be as well. */
  readonly shorter: Uint16Array;
}

function patternOf(text: string, heldWeight: number, original: Pattern['original']): Pattern {
  const shorter = new Uint16Array(text.length + 1);
  for (let at = 1, same = 0; at < text.length; at++) {
    while (same > 0 && text[at] !== text[same]) same = shorter[same] ?? 0;
    if (text[at] === text[same]) same++;
    shorter[at + 1] = same;
  }
  let held = 0;
  for (let weight = 0; held < text.length && weight < heldWeight; held++) weight += weightOf(text[held] ?? '');
  return { text, original, held, shorter };
}

/** How much of the pattern's beginning the end of the text is with one unit more. */
function advance({ text, shorter }: Pattern, before: number, unit: string): number {
  let length = before === text.length ? (shorter[before] ?? 0) : before;
  while (length > 0 && text[length] !== unit) length = shorter[length] ?? 0;
  return text[length] === unit ? length + 1 : 0;
}

/** What the end of the text shares with all of the prompt, wherever it stands there. */
interface Run {
  readonly whole: string;
  readonly original: (piece: string) => string;
  shared: string;
  weight: number;
}

function goOn(run: Run, character: string): void {
  run.shared += character;
  run.weight += weightOf(character);
  // A little longer than what is a leak, so that each of those is in it.
  while (run.shared !== '' && (run.weight > RUN_WEIGHT + HAN_WEIGHT || !run.whole.includes(run.shared))) {
    const first = String.fromCodePoint(run.shared.codePointAt(0) ?? 0);
    run.shared = run.shared.slice(first.length);
    run.weight -= weightOf(first);
  }
}

const asItIs = (piece: string): string => piece;
const DIRECTIONS = [asItIs, reversed] as const;

/** One way of reading the text: all of its letters and digits, or its letters alone. */
class Reading {
  private readonly runs: readonly Run[];
  /** Of each pattern, how much of its beginning the end of the text is. */
  private readonly lengths: Uint16Array;
  /** For each unit that was read, where it stands in the text. */
  private readonly places: number[] = [];

  constructor(
    private readonly of: TrailOf,
    private readonly patterns: readonly Pattern[],
    wholes: readonly string[],
  ) {
    this.runs = DIRECTIONS.map((turn, at) => ({ whole: wholes[at] ?? '', original: turn, shared: '', weight: 0 }));
    this.lengths = new Uint16Array(patterns.length);
  }

  /** @returns how many of the last units are a leak: `surely`, or only where the whole text says so too */
  add(character: string, place: number): { readonly units: number; readonly surely: boolean } | undefined {
    for (const unit of character.split('')) {
      this.places.push(place);
      for (const [at, pattern] of this.patterns.entries()) this.lengths[at] = advance(pattern, this.lengths[at] ?? 0, unit);
    }
    for (const run of this.runs) goOn(run, character);
    const full = this.patterns.find(({ text, original }, at) => this.lengths[at] === text.length && this.of.isSecret(original(text)));
    if (full) return { units: full.text.length, surely: true };
    const run = this.runs.find(({ shared, weight, original }) => weight >= RUN_WEIGHT && this.of.isSecret(original(shared)));
    return run && { units: run.shared.length, surely: false };
  }

  placeOf(unitsFromEnd: number): number {
    return this.places.at(-unitsFromEnd) ?? 0;
  }

  /** From where on the end of the text may become a leak. */
  open(): number | undefined {
    let most = 0;
    for (const [at, { text, held, original }] of this.patterns.entries()) {
      const length = this.lengths[at] ?? 0;
      if (length >= held && length > most && this.of.isSecret(original(text.slice(0, length)))) most = length;
    }
    for (const { shared, weight, original } of this.runs) if (weight >= RUN_HELD && shared.length > most && this.of.isSecret(original(shared))) most = shared.length;
    return most === 0 ? undefined : this.placeOf(most);
  }
}

/** A mark belongs to the letter before it. One that comes in another piece than its letter is not put to it: what is then missed, the look at the whole text finds. */
const GROUP = /\P{M}\p{M}*|\p{M}+/gu;

/** Prepares the secrets of a prompt once; what is given back follows one text after the other. */
export function prepareTrails({ codes, sentences, whole }: Secrets): (of: TrailOf) => LeakTrail {
  const both = (text: string, weight: number): Pattern[] => DIRECTIONS.map((turn) => patternOf(turn(text), weight, turn));
  const patterns = [...codes.flatMap((code) => both(code, CODE_HELD)), ...sentences.flatMap((sentence) => both(sentence, Math.min(RUN_HELD, weighed(sentence) * SHARE)))];
  const wholes = [whole, lettersOnly(whole)].map((one) => DIRECTIONS.map((turn) => turn(one)));
  return (of) => followLeaks(of, wholes.map((one) => new Reading(of, patterns, one)));
}

/**
 * Follows a text as it is written. What is a leak by `LeakScreen.find` is known before it is complete, so what stands before
 * `openFrom` never holds one. Time is in proportion to the text and to the prompt's sentences. Behind a leak nothing is free any more.
 */
function followLeaks(of: TrailOf, readings: readonly Reading[]): LeakTrail {
  let written = '';
  let leakedFrom: number | undefined;

  const read = (character: string, place: number, textSoFar: () => string): void => {
    for (const [index, reading] of readings.entries()) {
      if (index === 1 && /\p{N}/u.test(character)) continue;
      const full = reading.add(character, place);
      if (full && (full.surely || of.isLeak(textSoFar()))) leakedFrom ??= reading.placeOf(full.units);
    }
  };

  return {
    add(piece) {
      const before = written;
      written += piece;
      for (const { 0: group, index } of piece.matchAll(GROUP)) {
        if (leakedFrom !== undefined) return;
        for (const character of compact(group)) read(character, before.length + index, () => written.slice(0, before.length + index + group.length));
      }
    },
    openFrom: () => leakedFrom ?? Math.min(written.length, ...readings.map((reading) => reading.open() ?? written.length)),
  };
}
