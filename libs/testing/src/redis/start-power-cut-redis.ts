import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFsyncShim } from './compile-fsync-shim.js';
import { countSynced, cutToSynced, readRecord } from './cut-to-synced.js';
import { runServer, type Server } from './run-server.js';
import { asTestRedis, redisSettings, type TestRedis, type TestRedisOptions } from './start-redis.js';

export interface PowerCutRedis extends TestRedis {
  /**
   * Kills the server and takes from its disk whatever was not synced, as the machine's sudden end would at worst:
   * of each file what its last fsync covered, of the folder the names of its last fsync. `crash` leaves all that was written.
   * Then `restart`.
   */
  cutPower(): Promise<{ readonly lostBytes: number }>;
  /** How many bytes of the append-only files would survive a power cut now: it grows with each sync. */
  syncedBytes(): Promise<number>;
}

const FOLDER = 'appendonlydir';

/**
 * A private redis-server, `always` unless told otherwise, whose power can be cut.
 * @throws where `hasCompiler` is false, saying that there is no C compiler, and whenever `startRedis` would.
 */
export async function startPowerCutRedis({ appendfsync = 'always', maxmemory }: Pick<TestRedisOptions, 'appendfsync' | 'maxmemory'> = {}): Promise<PowerCutRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-power-cut-'));
  const [shim, record, data] = [join(folder, 'fsync-shim.so'), join(folder, 'record'), join(folder, 'data')];
  const appendOnly = join(data, FOLDER);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  let server: Server | undefined;
  try {
    await compileFsyncShim(shim);
    await mkdir(record);
    const running = (server = await runServer({
      folder,
      settings: () => [...redisSettings({ appendfsync, maxmemory }), `appenddirname ${FOLDER}`],
      env: { LD_PRELOAD: shim, POWER_CUT_RECORD: record, POWER_CUT_FOLDER: appendOnly },
    }));
    // A server that did not take the shim, or does not sync its folder, would seem to lose everything.
    if ((await readRecord(record)).copy === undefined) throw new Error('this redis-server never synced its append-only folder');
    return {
      ...asTestRedis(running, remove),
      cutPower: async () => {
        await running.kill();
        return { lostBytes: await cutToSynced(data, appendOnly, record) };
      },
      syncedBytes: () => countSynced(appendOnly, record),
    };
  } catch (error) {
    await server?.kill();
    await remove();
    throw error;
  }
}
