import { PGlite } from '@electric-sql/pglite';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('usage: create-database-files.process FOLDER');
const engine = await PGlite.create({ dataDir, relaxedDurability: false });
await engine.close();
