import { workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const { dataDir } = workerData as { dataDir: string };
const engine = await PGlite.create({ dataDir, relaxedDurability: false });
await engine.close();
