import { waitFor } from '@switchyard/testing';
import { finding, type Finding } from '../check/finding.ts';
import { followEvents } from '../client/follow-events.ts';
import { Ledger, type Message } from '../client/ledger.ts';
import { send } from '../client/write-like-a-customer.ts';
import { SHOPS } from '../rigs/copy-site.ts';
import type { WholeMesh } from '../rigs/whole-mesh.ts';
import { atLeast, none, told, type Scenario } from './scenario.ts';

const RUNS = 500;
/** In the short round: one death of each worker. */
const FEW_RUNS = 16;
/** Tools that the workers have under way when they are killed: two of them, with eight jobs each. */
const AT_ONCE = 16;
/** From the first call of a tool to the kill, at most: less than the tool may take, or the worker would give it up itself. */
const HELD_MS = 1_500;
const DEADLINE_MS = 60_000;
const WITHIN_MS = 90_000;

export const killInTool: Scenario<WholeMesh> = {
  name: 'kill-in-tool',
  title: 'workers are killed after a tool has changed something, before they know',
  run: async ({ mesh, door, shop }, { chance, isLong, say }) => {
    const ledger = new Ledger();
    const runs = isLong ? RUNS : FEW_RUNS;
    const write = async (index: number, place: number, text: string, order: string): Promise<Message> => {
      const conversationId = `tool-${chance.seed}-${index}`;
      const message = ledger.open({ key: `${conversationId}.${place}`, tenant: SHOPS[index % SHOPS.length] ?? SHOPS[0], conversationId, place, kind: 'tool', deadlineMs: DEADLINE_MS, order });
      const requestId = await send({ door, ledger, onRefused: 'again' }, message, { text, kind: 'tool', deadlineMs: DEADLINE_MS, followBy: 'sse' });
      if (requestId !== undefined) await followEvents(door, message, requestId, Date.now() + WITHIN_MS);
      return message;
    };
    const effectsOn = (orders: ReadonlySet<string>) => shop.effects.filter(({ order }) => orders.has(order));
    const findings: { readonly effects: Finding[]; readonly ends: Finding[] } = { effects: [], ends: [] };
    let met = 0;
    let deaths = 0;
    let slowestMs = 0;

    for (let first = 0; first < runs; first += AT_ONCE) {
      const round = Array.from({ length: Math.min(AT_ONCE, runs - first) }, (_, at) => ({ index: first + at, order: `HG${40_000_000 + chance.below(40_000_000)}` }));
      const orders = new Set(round.map(({ order }) => order));
      await Promise.all(round.map(({ index, order }) => write(index, 0, `I want to cancel my order ${order}`, order)));
      shop.hold();
      const began = Date.now();
      const confirmed = Promise.all(round.map(({ index, order }) => write(index, 1, 'yes', order)));
      try {
        await waitFor(() => effectsOn(orders).length > 0, WITHIN_MS);
        // All of them, or those that have come so far.
        await waitFor(() => effectsOn(orders).length === orders.size, HELD_MS).catch(() => undefined);
        for (const { name } of mesh.processes().filter(({ tier }) => tier === 'worker')) {
          mesh.kill(name);
          deaths++;
        }
      } finally {
        shop.release();
      }
      const answers = await confirmed;
      slowestMs = Math.max(slowestMs, Date.now() - began);
      for (const message of answers) {
        const effects = effectsOn(new Set([message.order ?? '']));
        const done = effects.filter(({ isRepeat }) => !isRepeat).length;
        if (effects.some(({ isRepeat }) => isRepeat)) met++;
        if (done !== 1) findings.effects.push(finding(message, `${done} effects on order ${message.order}, under ${new Set(effects.map(({ key }) => key)).size} keys`));
        const [end] = message.sightings;
        if (end?.outcome !== 'answered') findings.ends.push(finding(message, end ? `${end.outcome} ${end.code ?? ''}` : 'no end'));
      }
      if (isLong && first % (5 * AT_ONCE) === 0) say(`${first + round.length} of ${runs}: ${met} done a second time under the same key, ${deaths} workers died`);
    }
    return {
      figures: [
        none('orders with more or less than one effect', findings.effects),
        none('customers who were not told that it is done', findings.ends),
        // A call that the kill was too early for is made once, and proves nothing.
        atLeast('of the runs, those whose worker died between the effect and its answer', met, Math.ceil(runs * 0.9)),
        told('runs', runs),
        told('workers that died', deaths),
        told('slowest from the yes to its answer, s', slowestMs / 1_000),
      ],
      details: { orders: ledger.messages.filter(({ place }) => place === 1).map(({ order, sightings }) => ({ order, end: sightings[0]?.outcome })) },
    };
  },
};
