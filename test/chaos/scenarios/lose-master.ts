import { startSentinel, type TestSentinel } from '@switchyard/testing';
import { longestGap } from '../check/longest-gap.ts';
import { acceptedIn, endedAt } from '../client/ledger.ts';
import { pause } from '../client/pause.ts';
import { scripted, scriptedConversation } from '../client/ask-script.ts';
import { FaultLog, type Fault } from '../faults/fault.ts';
import { openSmallMesh } from '../rigs/small-mesh.ts';
import { detailsOf, promises, runUnderFaults } from './run-under-faults.ts';
import { atMost, type Figure, type Scenario } from './scenario.ts';

const PER_SECOND = 20;
const BEFORE_MS = 3_000;
/** How long after a failover the load goes on. */
const AFTER_MS = 9_000;

interface Loss {
  readonly fault: Fault;
  readonly lastsMs: number;
  readonly gapMs: number;
}

const killMaster = (sentinel: TestSentinel): Loss => ({ fault: { name: 'kill -9 the master', strike: async () => void (await sentinel.killMaster()) }, lastsMs: 0, gapMs: 5_000 });
const freezeMaster = (sentinel: TestSentinel, ms: number): Loss => ({
  fault: {
    name: `freeze the master for ${ms / 1_000} s`,
    strike: async () => {
      const thaw = await sentinel.freezeMaster();
      await pause(ms);
      thaw();
    },
  },
  lastsMs: ms,
  gapMs: 8_000,
});

export const loseMaster: Scenario<undefined> = {
  name: 'lose-master',
  title: 'the master of a group with sentinels is killed, and frozen for 20 s',
  run: async (_none, { chance, say, isLong, slack }) => {
    const sentinel = await startSentinel();
    const small = await openSmallMesh({ redisUrl: sentinel.url, environment: { DURABILITY: 'durable', DURABLE_REPLICAS: '1' }, say }).catch(async (error: unknown) => {
      await sentinel.stop();
      throw error;
    });
    try {
      await small.start({ name: 'front', role: 'dispatcher' }, { name: 'back', role: 'worker' });
      const figures: Figure[] = [];
      const details: Record<string, unknown> = {};
      const losses = isLong ? [killMaster(sentinel), freezeMaster(sentinel, 20_000), killMaster(sentinel), freezeMaster(sentinel, 20_000), killMaster(sentinel)] : [killMaster(sentinel)];
      for (const [index, { fault, lastsMs, gapMs }] of losses.entries()) {
        const log = new FaultLog(say);
        const seconds = (BEFORE_MS + Math.max(lastsMs, AFTER_MS)) / 1_000;
        const judgement = await runUnderFaults({
          ...small,
          load: { perSecond: PER_SECOND, seconds, conversation: (at) => scriptedConversation(`master-${chance.seed}-${index}-${at}`, scripted('effect work=20')) },
          faults: [{ afterMs: BEFORE_MS, fault }],
          log,
          effects: small.shop.effects,
          notes: small.runs.notes,
        });
        const from = (log.struck[0]?.at ?? 0) - 1_000;
        const until = (log.struck[0]?.at ?? 0) + Math.max(lastsMs, AFTER_MS) - 1_000;
        const { messages } = judgement.ledger;
        const accepts = longestGap(messages.flatMap((message) => acceptedIn(message)?.until ?? []), from, until);
        const answers = longestGap(messages.flatMap((message) => endedAt(message) ?? []), from, until);
        const name = `${index + 1}. ${fault.name}`;
        figures.push(...promises(judgement).map((figure) => ({ ...figure, name: `${name}: ${figure.name}` })), atMost(`${name}: longest time without an acceptance`, accepts.ms / 1_000, (gapMs / 1_000) * slack, ' s'), atMost(`${name}: longest time without an answer`, answers.ms / 1_000, (gapMs / 1_000) * slack, ' s'));
        details[name] = { accepts, answers, ...detailsOf(judgement) };
        await sentinel.restartKilled();
      }
      return { figures, details };
    } finally {
      await small.close();
      await sentinel.stop();
    }
  },
};
