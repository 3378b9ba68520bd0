import { DispatchJob, type Envelope, type JobContract, type JobInput, type Onward } from '@switchyard/contracts';
import { envelopeOf } from './envelope-of.js';

/**
 * A job as its handler gets it: both parts parsed by the contract, in an envelope with the given changes.
 * @throws ZodError where a part does not fit the contract.
 */
export function jobOf<J extends JobContract>(contract: J, body: Onward<J>['body'], own: Onward<J>['private'], changes: Partial<Envelope> = {}): JobInput<J> {
  const envelope = envelopeOf({ kind: contract.kind, hop: contract.kind === DispatchJob.kind ? 0 : 1, ...changes });
  return { envelope, body: contract.body.parse(body), private: contract.private.parse(own) } as JobInput<J>;
}
