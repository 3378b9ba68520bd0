import { MeshError } from '@switchyard/errors';
import { z } from 'zod';
import { hashOf } from '../../eval/routing/hash-of.js';
import type { PairRow } from '../../eval/routing/measure-routing.js';
import { readLines } from '../../words/read-lines.js';

/** A line of logged outcomes: a question that both models answered, and whether each answer was right. */
const OutcomeRow = z.strictObject({ text: z.string().min(1), local: z.literal([0, 1]), expert: z.literal([0, 1]), subject: z.string().min(1).optional() });

/** Rows that name no subject are dealt out into as many parts. */
const PARTS = 20;

/** Logged outcomes of a JSONL file. @throws MeshError CONFIG_INVALID with file, line and field of what is of another layout */
export async function readOutcomes(file: string): Promise<PairRow[]> {
  return (await readLines(file)).map(({ line, text: written }) => {
    const problem = (reason: string, cause?: unknown): MeshError => new MeshError('CONFIG_INVALID', `${file}:${line}: ${reason}`, { field: file, cause });
    let value: unknown;
    try {
      value = JSON.parse(written);
    } catch (cause) {
      throw problem('is not JSON', cause);
    }
    const { data, error } = OutcomeRow.safeParse(value);
    const issue = error?.issues[0];
    if (!data) throw problem(`${issue?.path.join('.') || 'the row'}: ${issue?.message ?? 'is of another layout'}`);
    const { text, local, expert, subject } = data;
    return { subject: subject ?? `part ${hashOf(text) % PARTS}`, prompt: text, weak: local, strong: expert };
  });
}
