import { afterEach, describe, expect, it, vi } from 'vitest';
import { Chance, inTurns, planFaults, runFaultCase, startFaultServer, waitFor, type FaultServer, type StreamForm } from '@switchyard/testing';
import { anthropicWire, openAiWire, type Wire } from './__fixtures__/scripted-provider.js';
import { createCloudModel } from './index.js';

const KEY = 'sk-test-0123456789';
const SECRET = '13800138000';
const BOUND_MS = 5_000;
const ATTEMPTS = 200;
/** Of a test, in milliseconds. */
const LONGEST = 60_000;

const SCRIPT = { pieces: [], finish: 'stop', tokensIn: 3, tokensOut: 5, tokensCached: 0 } as const;
const formOf = (wire: Wire): StreamForm => ({ contentType: 'text/event-stream', begin: wire.begin(SCRIPT), piece: (content) => wire.piece(content, SCRIPT), last: wire.last(SCRIPT), error: (message) => wire.error('api_error').replace('it broke', message) });

let server: FaultServer;
const unhandled: unknown[] = [];
process.on('unhandledRejection', (error) => unhandled.push(error));
afterEach(() => server.stop());

describe.each([
  { provider: 'openai', wire: openAiWire },
  { provider: 'anthropic', wire: anthropicWire },
] as const)('faults of a provider ($provider)', ({ provider, wire }) => {
  it(`each of ${ATTEMPTS} ends in the whole answer, a MeshError or the caller's own reason`, async () => {
    const printed = vi.spyOn(console, 'error');
    const cases = planFaults({ chance: new Chance('faults of a provider'), form: formOf(wire), secret: SECRET }, ATTEMPTS);
    server = await startFaultServer({ scripts: cases.map(({ script }) => script), answerTo: () => undefined });
    const wrong = await inTurns(cases, async (one, index) => runFaultCase(createCloudModel({ provider, model: 'small', maxOutputTokens: 100 }, KEY, { baseUrl: server.urlOf(index) }), one, { boundMs: BOUND_MS, secrets: [SECRET, KEY] }));
    expect(wrong).toEqual([]);
    await waitFor(() => server.open === 0, BOUND_MS);
    expect(server.strays).toEqual([]);
    expect(unhandled).toEqual([]);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  }, LONGEST);
});
