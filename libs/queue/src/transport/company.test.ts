import { expect, it } from 'vitest';
import { Company } from './company.js';

/** Runs jobs that note who is inside with them; each is let out by name. */
function stage() {
  const company = new Company();
  const inside = new Set<string>();
  const seen: string[] = [];
  const out = new Map<string, () => void>();
  const enter = async (name: string, alone = false): Promise<void> => {
    const leave = await company.enter(alone);
    inside.add(name);
    seen.push([...inside].join('+'));
    out.set(name, () => {
      inside.delete(name);
      leave();
    });
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { enter, out: (name: string) => out.get(name)?.(), seen, settle };
}

it('lets any number in together', async () => {
  const { enter, seen } = stage();
  await Promise.all([enter('a'), enter('b'), enter('c')]);
  expect(seen.at(-1)).toBe('a+b+c');
});

it('lets one be alone when the others have left, and holds back those that come meanwhile', async () => {
  const { enter, out, seen, settle } = stage();
  await Promise.all([enter('a'), enter('b')]);
  void enter('suspect', true);
  void enter('late');
  await settle();
  expect(seen).toEqual(['a', 'a+b']);
  out('a');
  await settle();
  expect(seen).toHaveLength(2);
  out('b');
  await settle();
  expect(seen.at(-1)).toBe('suspect');
  out('suspect');
  await settle();
  expect(seen.at(-1)).toBe('late');
});

it('lets several be alone one after the other', async () => {
  const { enter, out, seen, settle } = stage();
  for (const name of ['one', 'two', 'three']) void enter(name, true);
  void enter('late');
  for (const name of ['one', 'two', 'three']) {
    await settle();
    expect(seen.at(-1)).toBe(name);
    out(name);
  }
  await settle();
  expect(seen.at(-1)).toBe('late');
});
