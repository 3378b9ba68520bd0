import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { WriteQueue } from './write-queue.js';

class CountingDatabase extends DatabaseSync {
  commits = 0;
  override exec(sql: string): void {
    super.exec(sql);
    if (sql === 'COMMIT') this.commits += 1;
  }
}

describe('the queue of writes', () => {
  let database: CountingDatabase;
  let queue: WriteQueue;
  const insert = (value: number): void => void database.prepare('INSERT INTO t VALUES (?)').run(value);
  const values = (): unknown[] => database.prepare('SELECT v FROM t ORDER BY v').all().map((row) => row['v']);
  beforeEach(() => {
    database = new CountingDatabase(':memory:');
    database.exec('CREATE TABLE t (v INTEGER)');
    queue = new WriteQueue(database);
  });

  it('makes what waits at the same time durable in one transaction, in order', async () => {
    const order: number[] = [];
    await Promise.all(Array.from({ length: 50 }, (_, at) => queue.run(() => insert(at)).then(() => order.push(at))));
    expect(values()).toHaveLength(50);
    expect(order).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(database.commits).toBe(1);
    await queue.run(() => insert(50));
    expect(database.commits).toBe(2);
  });

  it('takes in what comes while the transaction is open', async () => {
    const later: Promise<void>[] = [];
    await queue.run(async () => {
      insert(1);
      later.push(queue.run(() => insert(2)));
      await Promise.resolve();
    });
    await Promise.all(later);
    expect(values()).toEqual([1, 2]);
    expect(database.commits).toBe(1);
  });

  it('undoes a work that fails, and nothing of the others in its transaction', async () => {
    const failing = queue.run(async () => {
      insert(2);
      await Promise.resolve();
      throw new Error('no');
    });
    const [first, second, third] = await Promise.allSettled([queue.run(() => insert(1)), failing, queue.run(() => insert(3))]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(values()).toEqual([1, 3]);
    expect(database.commits).toBe(1);
  });

  it('tells whoever is part of a transaction that it is lost, and goes on with the rest in the next', async () => {
    const lost = [queue.run(() => insert(1)), queue.run(() => database.exec('ROLLBACK')), queue.run(() => insert(3))];
    expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(values()).toEqual([3]);
  });
});
