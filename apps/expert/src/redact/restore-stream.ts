import { restore, type PseudonymMap } from '@switchyard/guardrail';
import type { InventedPlaceholders } from './invented.js';

/** The beginning of what may become a placeholder; at most 30 characters are held back for it. */
const UNFINISHED = /[<＜]\s?[A-Za-z_]{0,21}\d{0,6}\s?$/;

export interface RestoreStream {
  /** The text that is certain by now, with the values put back. */
  push(piece: string): string;
  /** What was held back. */
  end(): string;
}

/**
 * Puts personal data back into an answer that comes in pieces, however they cut the placeholders. `invented` catches those
 * that are not in the map; without it they stay as they are.
 */
export function createRestoreStream(map: PseudonymMap, invented?: InventedPlaceholders): RestoreStream {
  let held = '';
  return {
    push(piece) {
      const text = held + piece;
      const cut = UNFINISHED.exec(text)?.index ?? text.length;
      held = text.slice(cut);
      return restore(text.slice(0, cut), map, invented?.replace);
    },
    end() {
      const rest = restore(invented ? invented.finish(held) : held, map, invented?.replace);
      held = '';
      return rest;
    },
  };
}
