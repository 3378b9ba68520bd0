import type { ReplyFrame } from '@switchyard/contracts';

/** A reply stream keeps about this many entries; each holds the frames of one tick of one worker. */
export const REPLY_STREAM_LENGTH = 20_000;
/** Of what it has read its gateway keeps about so much: under full load an entry holds dozens of replies, and 20,000 of them 400 MiB. */
export const REPLY_STREAM_BYTES = 64 << 20;
/** How long the stream of a gateway that died can still be resumed from. */
export const REPLY_STREAM_TTL_MS = 10 * 60_000;
/** The field of an entry that holds its frames, as a JSON array. */
export const FRAMES_FIELD = 'f';

export const framesField = (frames: readonly ReplyFrame[]): string => JSON.stringify(frames);

/** The frames of an entry, as JSON. */
export const framesOf = (fields: readonly string[]): string => (fields[0] === FRAMES_FIELD ? (fields[1] ?? '[]') : '[]');

/** Entries that are read in one go. */
export const ENTRIES_A_READ = 500;
