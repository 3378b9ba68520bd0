import { describe, expect, it } from 'vitest';
import { createOllamaChatModel } from '@switchyard/local-models';
import { startScriptedOllama } from '@switchyard/testing';
import { watchLocalModel } from './watch-local-model.js';

describe('watching the local model', () => {
  it('announces that it is there, and that it is gone once the server stops', async () => {
    const ollama = await startScriptedOllama();
    const gone = Promise.withResolvers<string>();
    const announced: boolean[] = [];
    const stop = await watchLocalModel(createOllamaChatModel({ url: ollama.url, model: 'small' }), {
      announce: (available) => void announced.push(available),
      onChange: (available, detail) => available || gone.resolve(detail),
      everyMs: 5,
    });
    expect(announced).toEqual([true]);
    await ollama.stop();
    expect(await gone.promise).toContain(new URL(ollama.url).host);
    stop();
    expect(announced.at(-1)).toBe(false);
  });

  it('announces that there is none', async () => {
    const announced: boolean[] = [];
    await watchLocalModel(undefined, { announce: (available) => void announced.push(available), onChange: () => undefined });
    expect(announced).toEqual([false]);
  });
});
