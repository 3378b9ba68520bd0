import { errorCatalogue, isErrorCode, MeshError } from '@switchyard/errors';
import { describe, expect, it } from 'vitest';
import { errorHeaders, openAiErrorOf, problemOf } from './problem.js';
import { translateError } from './translate-error.js';

describe('problems', () => {
  it.each(Object.keys(errorCatalogue).filter(isErrorCode))('%s has the status and the title of the catalogue, and a type that /docs holds', (code) => {
    const error = new MeshError(code, 'detail');
    expect(problemOf(error, 'r1')).toEqual({ type: `/docs#${code}`, title: errorCatalogue[code].title, status: errorCatalogue[code].status, code, detail: expect.any(String), requestId: 'r1' });
    expect(openAiErrorOf(error).error).toMatchObject({ type: errorCatalogue[code].openai, code, param: null });
    expect(errorHeaders(error)['x-should-retry']).toBe([409, 500, 502, 504].includes(errorCatalogue[code].status) ? 'false' : undefined);
    expect('retry-after' in errorHeaders(error)).toBe([429, 503].includes(errorCatalogue[code].status));
  });

  it('rounds Retry-After up to whole seconds', () => {
    expect(errorHeaders(new MeshError('RATE_LIMITED', '', { retryAfterMs: 1_001 }))['retry-after']).toBe('2');
    expect(errorHeaders(new MeshError('RATE_LIMITED', '', { retryAfterMs: 1 }))['retry-after']).toBe('1');
  });

  it('tells nothing of a foreign error', () => {
    const secret = Object.assign(new Error('the customer said: my card is 4111'), { code: 'E_FOREIGN', stack: 'at secret.ts' });
    const told = JSON.stringify([problemOf(translateError(secret)), openAiErrorOf(translateError(secret))]);
    expect(told).toContain('INTERNAL');
    expect(told).not.toMatch(/4111|secret|FOREIGN/);
  });

  it.each(['constructor', 'toString', '__proto__'])('is not misled by an error with the code "%s"', (code) => {
    expect(translateError(Object.assign(new Error('x'), { code })).code).toBe('INTERNAL');
  });
});
