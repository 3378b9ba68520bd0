// Run as a process of its own: opens the database, writes a row, tells of it, and stays until it is killed.
import { createLogger } from '@switchyard/telemetry';
import { openDatabase } from '../open-database.js';

const database = await openDatabase({ directory: process.argv[2] ?? '', logger: createLogger('holder', 'silent') });
await database.query('CREATE TABLE IF NOT EXISTS kept (at bigint)');
for (let row = 1; row <= 500; row++) await database.query('INSERT INTO kept (at) VALUES ($1)', [row]);
process.stdout.write('written\n');
setInterval(() => undefined, 60_000);
