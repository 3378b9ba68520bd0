import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { accessSync, constants } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
  /** Ends the server at once and starts it again on the same port. */
  restart(): Promise<void>;
}

/** Folder of `initdb` and `postgres`: on the PATH, or where Debian and Homebrew keep them. */
export async function findPostgres(): Promise<string | undefined> {
  const debian = await readdir('/usr/lib/postgresql').catch(() => []);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...debian.toSorted((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`), '/opt/homebrew/opt/postgresql/bin'];
  return folders.find((folder) => ['initdb', 'postgres'].every((program) => isExecutable(join(folder, program))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root, so a test that does gives it the user `nobody`. */
const NOBODY = 65_534;
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A private server on a free port of 127.0.0.1, ready when the promise resolves. */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-pg-'));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const made = spawn(join(programs, 'initdb'), ['-D', data, '-U', 'tester', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale', 'C'], { ...user, cwd: folder, stdio: 'ignore' });
  const [code] = (await once(made, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  const port = await freePort();
  let server = await launch(programs, data, folder, port);
  const end = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGQUIT');
    await ended;
  };
  return {
    url: `postgres://tester@127.0.0.1:${port}/postgres`,
    restart: async () => {
      await end();
      server = await launch(programs, data, folder, port);
    },
    stop: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(programs: string, data: string, folder: string, port: number): Promise<ReturnType<typeof spawn>> {
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-k', folder, '-h', '127.0.0.1', '-p', String(port), '-c', 'fsync=off'], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const killWithParent = (): void => void server.kill('SIGKILL');
  process.once('exit', killWithParent);
  server.once('exit', () => process.off('exit', killWithParent));
  await new Promise<void>((resolve, reject) => {
    let output = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${output}`)));
  });
  return server;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
