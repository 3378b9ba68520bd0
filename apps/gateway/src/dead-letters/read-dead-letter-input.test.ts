import { describe, expect, it } from 'vitest';
import { readLetterId, readListQuery, readRedriveRequest, readReveal } from './read-dead-letter-input.js';

const ID = '01a20b88-4e4e-7429-a33c-e54d884a2053.dispatch.0';

describe('what is asked of dead letters', () => {
  it('has defaults where nothing is said', () => {
    expect(readListQuery({})).toEqual({ limit: 100 });
    expect(readListQuery({ limit: '7', queue: 'audit', code: 'INTERNAL', other: 'x' })).toEqual({ limit: 7, queue: 'audit', code: 'INTERNAL' });
    expect([readReveal(undefined), readReveal('true'), readReveal('false')]).toEqual([false, true, false]);
    expect(readRedriveRequest({})).toEqual({});
    expect(readLetterId(ID)).toBe(ID);
  });

  it.each<[string, () => unknown, string | undefined]>([
    ['a limit of nothing', () => readListQuery({ limit: '' }), 'limit'],
    ['a limit of 0', () => readListQuery({ limit: '0' }), 'limit'],
    ['a limit over 1000', () => readListQuery({ limit: '1001' }), 'limit'],
    ['a limit below 0', () => readListQuery({ limit: '-1' }), 'limit'],
    ['a limit in another notation', () => readListQuery({ limit: '1e2' }), 'limit'],
    ['two limits', () => readListQuery({ limit: ['1', '2'] }), 'limit'],
    ['a queue that there is not', () => readListQuery({ queue: 'dispatcher' }), 'queue'],
    ['no name of a queue', () => readListQuery({ queue: '' }), 'queue'],
    ['a code that there is not', () => readListQuery({ code: 'toString' }), 'code'],
    ['an id of another form', () => readLetterId('redrive'), 'id'],
    ['an id that names a lock', () => readLetterId(`${ID}:lock`), 'id'],
    ['an id of no queue', () => readLetterId('x.constructor.0'), 'id'],
    ['a reveal that is a word', () => readReveal('yes'), 'reveal'],
    ['two reveals', () => readReveal(['true', 'false']), 'reveal'],
    ['no body', () => readRedriveRequest(undefined), undefined],
    ['a list as body', () => readRedriveRequest([ID]), undefined],
    ['no ids', () => readRedriveRequest({ ids: [] }), 'ids'],
    ['a number among the ids', () => readRedriveRequest({ ids: [ID, 7] }), 'ids[1]'],
    ['a bad id among the ids', () => readRedriveRequest({ ids: [ID, 'x'] }), 'ids[1]'],
    ['too many ids', () => readRedriveRequest({ ids: Array.from({ length: 1_001 }, () => ID) }), 'ids'],
    ['ids and a filter', () => readRedriveRequest({ ids: [ID], queue: 'dispatch' }), 'queue'],
    ['ids and a limit', () => readRedriveRequest({ ids: [ID], limit: 5 }), 'limit'],
    ['a limit that is a text', () => readRedriveRequest({ limit: '5' }), 'limit'],
    ['a limit with a fraction', () => readRedriveRequest({ limit: 1.5 }), 'limit'],
    ['a misspelt filter, which would mean all', () => readRedriveRequest({ queues: 'dispatch' }), 'queues'],
    ['a field with a name without end', () => readRedriveRequest({ ['x'.repeat(1_000)]: 1 }), 'x'.repeat(64)],
  ])('is refused with %s', (_title, read, field) => {
    expect(read).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field, detail: expect.stringContaining(field ?? 'the body') }));
  });
});
