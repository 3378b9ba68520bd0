import { QueueName } from '@switchyard/contracts';

const inEachQueue = <Fact extends string>(fact: Fact): `${Fact}.${QueueName}`[] => QueueName.options.map((queue) => `${fact}.${queue}` as const);

/** Every fact that a rule's `when` may name; what each of them is, `RuleFacts` of libs/routing says. */
export const FACT_NAMES = [
  'intent',
  'intents',
  'confidence',
  'task',
  'language',
  'tenant',
  'lane',
  'flow',
  'slots',
  'curated.id',
  'curated.confidence',
  'screening.action',
  'screening.categories',
  'pii',
  'injection',
  'open.flow',
  'open.expects',
  'open.fits',
  'budgetLeftUsd',
  'timeLeftMs',
  ...inEachQueue('backlog'),
  ...inEachQueue('oldestMs'),
  'available.localModel',
  'available.expert',
  'router.localRight',
  'router.expertRight',
  'router.gain',
  'router.savesUsd',
  'egress',
  'characters',
] as const;
export type FactName = (typeof FACT_NAMES)[number];
