import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { createLogger } from '@switchyard/telemetry';
import { findPostgres, startPostgres, type TestPostgres } from './__fixtures__/start-postgres.js';
import { isRefusedValue } from './database-error.js';
import { migrate, type Migration } from './migrate.js';
import { openDatabase } from './open-database.js';

const logger = createLogger('database-test', 'silent');
// A fresh database inside the process takes seconds to make when the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SECRET = '13800138000';

async function failureOf(work: Promise<unknown>): Promise<MeshError> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (!MeshError.is(error)) throw new Error('expected a MeshError', { cause: error });
  // Whatever went wrong: the values are not in the error.
  expect(`${error.message} ${error.detail}`).not.toContain(SECRET);
  return error;
}

interface Server {
  open(): Promise<Database>;
  stop(): Promise<void>;
}

/** What every Database does, embedded or not. */
function databaseConformance(title: string, start: () => Promise<Server>, canRun = true): void {
  describe.skipIf(!canRun)(`${title} database`, () => {
    let server: Server;
    let database: Database;
    beforeAll(async () => {
      server = await start();
      database = await server.open();
    });
    afterAll(async () => {
      await database?.close();
      await server?.stop();
    });
    beforeEach(async () => {
      await database.query('DROP TABLE IF EXISTS things, other_things, switchyard_migrations');
      await database.query('CREATE TABLE things (id text PRIMARY KEY, position bigint, held jsonb, at timestamptz)');
    });

    it('gives rows as objects, and an empty list where there are none', async () => {
      expect(await database.query('SELECT 1 AS one, $1::text AS two', ['zwei'])).toEqual([{ one: 1, two: 'zwei' }]);
      expect(await database.query('SELECT * FROM things')).toEqual([]);
    });

    it('keeps text of any script, quotes and backslashes', async () => {
      const text = '退款 "\\\' €🎁𠮷 \n\t $1 %s';
      await database.query('INSERT INTO things (id) VALUES ($1)', [text]);
      expect(await database.query('SELECT id FROM things')).toEqual([{ id: text }]);
    });

    it('gives bigints and counts as numbers', async () => {
      const at = Date.UTC(2026, 10, 24);
      await database.query('INSERT INTO things (id, position) VALUES ($1, $2)', ['a', at]);
      expect(await database.query('SELECT position, count(*) AS count FROM things GROUP BY position')).toEqual([{ position: at, count: 1 }]);
      expect(await database.query('SELECT $1::bigint AS big', [2n ** 40n])).toEqual([{ big: 2 ** 40 }]);
    });

    it('keeps null, and takes undefined for it', async () => {
      await database.query('INSERT INTO things (id, position, held) VALUES ($1, $2, $3)', ['a', null, undefined]);
      expect(await database.query('SELECT position, held FROM things')).toEqual([{ position: null, held: null }]);
    });

    it('keeps objects and lists as JSON', async () => {
      await database.query('INSERT INTO things (id, held) VALUES ($1, $2::jsonb)', ['a', { list: [1, { deep: '值' }], yes: true }]);
      expect(await database.query('SELECT held FROM things')).toEqual([{ held: { list: [1, { deep: '值' }], yes: true } }]);
    });

    it('takes lists as array parameters, with nulls and awkward texts in them', async () => {
      const ids = ['a', 'b "quoted", {braced}', 'c\\d', '值'];
      await database.query('INSERT INTO things (id, position) SELECT * FROM unnest($1::text[], $2::bigint[])', [ids, [1, null, 3, 4]]);
      expect(await database.query('SELECT id, position FROM things WHERE id = ANY($1) ORDER BY id COLLATE "C"', [ids])).toEqual([
        { id: 'a', position: 1 },
        { id: 'b "quoted", {braced}', position: null },
        { id: 'c\\d', position: 3 },
        { id: '值', position: 4 },
      ]);
      expect(await database.query('SELECT id FROM things WHERE id = ANY($1)', [[]])).toEqual([]);
    });

    it('keeps a moment in time to the millisecond', async () => {
      const at = new Date('2026-11-24T03:04:05.678Z');
      await database.query('INSERT INTO things (id, at) VALUES ($1, $2)', ['a', at]);
      expect(await database.query('SELECT at FROM things')).toEqual([{ at }]);
    });

    it('commits what a transaction did, and gives its result', async () => {
      const result = await database.transaction(async ({ query }) => {
        await query('INSERT INTO things (id) VALUES ($1)', ['a']);
        return (await query<{ id: string }>('SELECT id FROM things'))[0]?.id;
      });
      expect(result).toBe('a');
      expect(await database.query('SELECT id FROM things')).toHaveLength(1);
    });

    it('takes all of it back when the work throws, and throws the same', async () => {
      const reason = new Error('not today');
      const work = database.transaction(async ({ query }) => {
        await query('INSERT INTO things (id) VALUES ($1)', ['a']);
        throw reason;
      });
      await expect(work).rejects.toBe(reason);
      expect(await database.query('SELECT id FROM things')).toEqual([]);
    });

    it('never calls a transaction done in which a statement had failed', async () => {
      const work = database.transaction(async ({ query }) => {
        await query('INSERT INTO things (id) VALUES ($1)', ['a']);
        await query('SELECT 1 / 0').catch(() => undefined);
      });
      await failureOf(work);
      expect(await database.query('SELECT id FROM things')).toEqual([]);
    });

    it('hides what a transaction did until it is done', async () => {
      const done = Promise.withResolvers<void>();
      const inserted = Promise.withResolvers<void>();
      const transaction = database.transaction(async ({ query }) => {
        await query('INSERT INTO things (id) VALUES ($1)', ['a']);
        inserted.resolve();
        await done.promise;
      });
      await inserted.promise;
      const seen = database.query('SELECT id FROM things');
      // PostgreSQL answers at once with nothing; the embedded one has a single connection and answers when it is free.
      const before = await Promise.race([seen, new Promise((resolve) => setImmediate(resolve, []))]);
      expect(before).toEqual([]);
      done.resolve();
      await transaction;
      expect(await database.query('SELECT id FROM things')).toHaveLength(1);
    });

    it('runs transactions side by side without mixing them', async () => {
      const add = (id: string) => database.transaction(async ({ query }) => {
        await query('SELECT pg_advisory_xact_lock(1)');
        const [row] = await query<{ next: number }>('SELECT coalesce(max(position), 0) + 1 AS next FROM things');
        await query('INSERT INTO things (id, position) VALUES ($1, $2)', [id, row?.next]);
      });
      await Promise.all(Array.from({ length: 12 }, (_, index) => add(`t${index}`)));
      expect((await database.query<{ position: number }>('SELECT position FROM things ORDER BY position')).map((row) => row.position)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    });

    it.each([
      ['a key that is there', 'INSERT INTO things (id) VALUES ($1), ($1)', SECRET],
      ['a character that it cannot hold', 'INSERT INTO things (id) VALUES ($1)', `${SECRET}\u0000`],
      ['a value of another type', 'INSERT INTO things (id, position) VALUES (1, $1::text::bigint)', `x${SECRET}`],
    ])('tells that it refused the values of a statement: %s', async (_title, sql, value) => {
      const error = await failureOf(database.query(sql, [value]));
      expect([error.code, isRefusedValue(error)]).toEqual(['INTERNAL', true]);
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('tells a wrong statement from a refused value', async () => {
      const error = await failureOf(database.query(`SELECT nothing FROM nowhere WHERE x = '${SECRET}'`));
      expect([error.code, error.detail, isRefusedValue(error)]).toEqual(['INTERNAL', 'SQLSTATE 42P01', false]);
    });

    it('is DATABASE_UNAVAILABLE once it is closed, and may be closed twice', async () => {
      const own = await start();
      const closed = await own.open();
      await closed.close();
      await closed.close();
      expect((await failureOf(closed.query('SELECT 1'))).code).toBe('DATABASE_UNAVAILABLE');
      expect((await failureOf(closed.transaction(async ({ query }) => query('SELECT 1')))).code).toBe('DATABASE_UNAVAILABLE');
      await own.stop();
    });

    describe('migrate', () => {
      const first: Migration = { id: '001-other', statements: ['CREATE TABLE other_things (id text)', 'CREATE INDEX other_by_id ON other_things (id)'] };
      const second: Migration = { id: '002-more', statements: ['ALTER TABLE other_things ADD COLUMN more text'] };

      it('applies each once, in order, and only what is new', async () => {
        expect(await migrate(database, [first])).toEqual(['001-other']);
        expect(await migrate(database, [first, second])).toEqual(['002-more']);
        expect(await migrate(database, [first, second])).toEqual([]);
        await database.query('INSERT INTO other_things (id, more) VALUES ($1, $2)', ['a', 'b']);
      });

      it('is done once by several at the same time', async () => {
        const applied = await Promise.all([migrate(database, [first, second]), migrate(database, [first, second]), migrate(database, [first, second])]);
        expect(applied.flat()).toEqual(['001-other', '002-more']);
      });

      it('does all or nothing', async () => {
        const broken: Migration = { id: '002-broken', statements: ['CREATE TABLE third (id text)', 'SELECT nothing FROM nowhere'] };
        await failureOf(migrate(database, [first, broken]));
        expect(await database.query(`SELECT to_regclass('other_things') AS a, to_regclass('third') AS b, to_regclass('switchyard_migrations') AS c`)).toEqual([{ a: null, b: null, c: null }]);
      });

      it('refuses to go on where an applied one has changed', async () => {
        await migrate(database, [first]);
        expect((await failureOf(migrate(database, [{ ...first, statements: ['CREATE TABLE other_things (id int)'] }]))).detail).toContain('001-other');
        expect((await failureOf(migrate(database, [second]))).detail).toContain('002-more');
      });

      it('leaves a database alone that a newer release has brought further', async () => {
        await migrate(database, [first, second]);
        expect(await migrate(database, [first])).toEqual([]);
      });
    });
  });
}

databaseConformance('the embedded', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-db-'));
  return { open: () => openDatabase({ directory, logger }), stop: () => rm(directory, { recursive: true, force: true }) };
});

const external = process.env['TEST_DATABASE_URL'];
const programs = external === undefined ? await findPostgres() : undefined;
const whyNot = external === undefined && programs === undefined ? ' (skipped: no PostgreSQL is installed and TEST_DATABASE_URL is not set)' : '';
let shared: TestPostgres | undefined;
afterAll(() => shared?.stop());

databaseConformance(
  `the PostgreSQL${whyNot}`,
  async () => {
    if (external === undefined) shared ??= await startPostgres(programs ?? '');
    const url = external ?? shared?.url ?? '';
    return { open: () => openDatabase({ url, directory: '/nowhere', logger }), stop: () => Promise.resolve() };
  },
  whyNot === '',
);

describe.skipIf(programs === undefined)('PostgreSQL that goes away', () => {
  let server: TestPostgres;
  let database: Database;
  beforeEach(async () => void (server = await startPostgres(programs ?? '')));
  afterEach(async () => {
    await database.close();
    await server.stop();
  });

  it('is DATABASE_UNAVAILABLE while it is away and answers when it is back', async () => {
    database = await openDatabase({ url: server.url, directory: '/nowhere', logger });
    const broken = database.transaction(async ({ query }) => {
      await query('SELECT 1');
      await server.restart();
      await query('SELECT 1');
    });
    expect((await failureOf(broken)).code).toBe('DATABASE_UNAVAILABLE');
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

it('names the place and never the password of a PostgreSQL that is not reached', async () => {
  const error = await failureOf(openDatabase({ url: `postgres://me:${SECRET}@127.0.0.1:1/audit`, directory: '/nowhere', logger }));
  expect([error.code, error.detail]).toEqual(['DATABASE_UNAVAILABLE', 'PostgreSQL at 127.0.0.1:1/audit']);
});
