import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatModel, ChatRequest } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { waitFor, type ServedCall } from '@switchyard/testing';

/** A model server, real or scripted, and what it has seen. */
export interface Runtime {
  /** A model that the server has, and one that it has not. */
  readonly model: ChatModel;
  readonly missing: ChatModel;
  readonly calls: readonly ServedCall[];
  /** That clients have opened so far. */
  readonly connections: number;
  /**
   * A request whose answer is of several pieces (`short`, Chinese among it), a JSON object of `ANSWER_SCHEMA` (`json`), longer than the
   * 3 tokens that it asks for (`cut`), or so long that it does not end while it is waited for (`long`). A scripted server is prepared for it.
   */
  prepare(kind: 'short' | 'json' | 'cut' | 'long'): ChatRequest;
  stop(): Promise<void>;
}

export const ANSWER_SCHEMA = { type: 'object', properties: { answer: { type: 'string', maxLength: 40 }, needs: { type: 'string', enum: ['nothing', 'human'] }, sure: { type: 'boolean' } }, required: ['answer', 'needs', 'sure'], additionalProperties: false };

const ABORTS = 5;
/** Until the server has seen that its client has gone, in milliseconds. */
const ABORT_MS = 200;
/** The latest of them: on a machine that does much else a process may have to wait for its turn. */
const LATEST_ABORT_MS = 2_000;

const open = (): AbortSignal => new AbortController().signal;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (!MeshError.is(error)) throw new Error('expected a MeshError', { cause: error });
  return error.code;
}

/** What a local ChatModel does at every server, whatever it speaks and whether it is a real one. `reason`: why it cannot be run here. */
export function localModelConformance(title: string, start: () => Promise<Runtime>, reason?: string): void {
  describe.skipIf(reason !== undefined)(`a local model at ${title}${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
    let runtime: Runtime;
    beforeAll(async () => void (runtime = await start()));
    afterAll(() => runtime?.stop());
    const last = (): ServedCall | undefined => runtime.calls.at(-1);

    it('is ready, and says where it is', async () => {
      await expect(runtime.model.ready(open())).resolves.toBeUndefined();
      expect(runtime.model).toMatchObject({ where: 'local', host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    });

    it('streams what the server sends, piece by piece, in order and in whole characters', async () => {
      const pieces: string[] = [];
      const { text, finish } = await runtime.model.complete(runtime.prepare('short'), { signal: open(), onDelta: (piece) => pieces.push(piece) });
      expect(pieces).toEqual(last()?.pieces);
      expect(pieces.length).toBeGreaterThan(1);
      expect(text).toBe(pieces.join(''));
      expect(text).toMatch(/\p{Script=Han}/u);
      expect(text).not.toContain('\uFFFD');
      expect(finish).toBe('stop');
    });

    it('gives the same answer whole', async () => {
      const { text } = await runtime.model.complete(runtime.prepare('short'), { signal: open() });
      expect(text).toBe(last()?.pieces.join(''));
      expect((await runtime.model.complete(runtime.prepare('short'), { signal: open() })).text).toBe(text);
    });

    it('counts tokens as the server does', async () => {
      const { tokensIn, tokensOut } = await runtime.model.complete(runtime.prepare('short'), { signal: open() });
      expect({ tokensIn, tokensOut }).toEqual({ tokensIn: last()?.tokensIn, tokensOut: last()?.tokensOut });
      expect(Math.min(tokensIn, tokensOut)).toBeGreaterThan(0);
    });

    it('gives an object of the schema that it was asked for', async () => {
      const { text, finish } = await runtime.model.complete(runtime.prepare('json'), { signal: open() });
      expect(finish).toBe('stop');
      expect(JSON.parse(text)).toEqual({ answer: expect.any(String), needs: expect.stringMatching(/^(?:nothing|human)$/), sure: expect.any(Boolean) });
    });

    it('says that an answer was cut at the length that was asked for', async () => {
      const { finish, tokensOut } = await runtime.model.complete(runtime.prepare('cut'), { signal: open() });
      expect({ finish, tokensOut }).toEqual({ finish: 'length', tokensOut: 3 });
    });

    it(`ends an aborted call at the server within ${ABORT_MS} ms by its clock, and rejects with the reason`, async () => {
      const late: number[] = [];
      for (let at = 0; at < ABORTS; at++) {
        const controller = new AbortController();
        const reason = new MeshError('REQUEST_SUPERSEDED', `abort ${at}`);
        const request = runtime.prepare('long');
        const before = runtime.calls.length;
        let abortedAt = 0;
        const onDelta = (): void => {
          abortedAt ||= performance.now();
          controller.abort(reason);
        };
        await expect(runtime.model.complete(request, { signal: controller.signal, onDelta })).rejects.toBe(reason);
        const call = runtime.calls[before];
        await waitFor(() => call?.ended !== undefined);
        expect(call?.ended?.how).toBe('gone');
        late.push((call?.ended?.at ?? Infinity) - abortedAt);
      }
      late.sort((left, right) => left - right);
      expect(late[Math.floor(ABORTS / 2)]).toBeLessThan(ABORT_MS);
      expect(late.at(-1)).toBeLessThan(LATEST_ABORT_MS);
    });

    it('calls nobody when it is aborted before', async () => {
      const before = runtime.calls.length;
      const reason = new Error('too late');
      await expect(runtime.model.complete(runtime.prepare('short'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(runtime.calls).toHaveLength(before);
    });

    it('opens no connection for each call', async () => {
      await runtime.model.complete(runtime.prepare('short'), { signal: open() });
      const before = runtime.connections;
      for (let call = 0; call < 8; call++) {
        await runtime.model.complete(runtime.prepare('short'), { signal: open() });
        // What follows the last message is read meanwhile; nothing tells of it.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      // One that the server closed meanwhile may have to be opened anew.
      expect(runtime.connections - before).toBeLessThanOrEqual(1);
    });

    it('is MODEL_MISSING where the server has no such model', async () => {
      expect(await codeOf(runtime.missing.ready(open()))).toBe('MODEL_MISSING');
      expect(await codeOf(runtime.missing.complete(runtime.prepare('short'), { signal: open() }))).toBe('MODEL_MISSING');
    });

    it('is MODEL_UNAVAILABLE once nobody listens', async () => {
      await runtime.stop();
      expect(await codeOf(runtime.model.ready(open()))).toBe('MODEL_UNAVAILABLE');
      expect(await codeOf(runtime.model.complete(runtime.prepare('short'), { signal: open() }))).toBe('MODEL_UNAVAILABLE');
    });
  });
}
