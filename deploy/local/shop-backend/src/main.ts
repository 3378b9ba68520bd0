import { openDatabase } from './database.js';
import { createShopServer, listen, stop } from './server.js';
import { readSettings } from './settings.js';

const settings = readSettings(process.env);
const database = openDatabase(settings.databaseFile);
const server = createShopServer(database);
const url = await listen(server, settings.host, settings.port);
process.stdout.write(`${JSON.stringify({ event: 'listening', url })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void stop(server).then(() => database.close());
  });
}
