import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = `
  import { spawn } from 'node:child_process';
  import { killWithParent } from ${JSON.stringify(fileURLToPath(new URL('kill-with-parent.ts', import.meta.url)))};
  const child = spawn('sleep', ['60'], { stdio: ['ignore', 'inherit', 'inherit'] });
  killWithParent(child);
  if (process.argv[1] === 'frozen') child.kill('SIGSTOP');
  process.stdout.write('guarded');
  setInterval(() => undefined, 1_000);
`;

it.each(['running', 'frozen'])('ends a %s child whose parent was killed at once', async (state) => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, state], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  expect(output.toString()).toBe('guarded');
  // The child holds the pipe too, so that its end is the child's end.
  const ended = once(parent.stdout, 'end');
  parent.stdout.resume();
  parent.kill('SIGKILL');
  await ended;
});
