import { describe, expect, it } from 'vitest';
import { MeshError } from '@switchyard/errors';
import { redriveLetters } from './redrive-letters.js';

/** Letters of which those named in `away` find the queue away. */
const letters = (away: readonly string[]) => ({
  redrive: async (_tenant: string, id: string): Promise<string | undefined> => {
    if (away.includes(id)) throw new MeshError('QUEUE_UNAVAILABLE', 'scripted');
    return `again-${id}`;
  },
});
const nothing = async (): Promise<void> => undefined;

describe('trying dead letters again', () => {
  it('says that the queue is away where it took none', async () => {
    await expect(redriveLetters(letters(['a', 'b']), 't', ['a', 'b'], nothing)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });

  it('tells what goes on where the queue went away in between', async () => {
    expect(await redriveLetters(letters(['b']), 't', ['a', 'b', 'a'], nothing)).toEqual({ redriven: [{ id: 'a', requestId: 'again-a' }], failed: [{ id: 'b', code: 'QUEUE_UNAVAILABLE' }] });
  });
});
