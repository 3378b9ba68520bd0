import { applyDecorators, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { JobContext, JobContract, JobInput } from '@switchyard/contracts';
import type { MeshError } from '@switchyard/errors';
import { KeepErrorFilter } from './keep-error-filter.js';

/** Where a handler's pattern carries the contract that it was declared with. */
export const CONTRACT = 'switchyard.contract';

/** What a handler looks like: no result for a step of a request (`forward`), plain JSON for a `call`. */
export type JobHandler<J extends JobContract> = (job: JobInput<J>, context: JobContext) => Promise<unknown>;

/**
 * Marks the one method that handles a job:
 * ```ts
 * @Handles(AnswerJob)
 * async answer(job: JobInput<typeof AnswerJob>, context: JobContext): Promise<void> { … }
 * ```
 * Both parameters are filled without further decorators, and what the method throws keeps its code.
 */
export function Handles<J extends JobContract>(contract: J) {
  return <Method extends JobHandler<J>>(target: object, method: string | symbol, descriptor: TypedPropertyDescriptor<Method>): void => {
    // Nest hands over the payload alone unless a parameter asks for the context.
    Payload()(target, method, 0);
    Ctx()(target, method, 1);
    applyDecorators(MessagePattern(contract.kind, { [CONTRACT]: contract }), UseFilters(KeepErrorFilter))(target, method, descriptor);
  };
}

/** What is told of a job that ended without its handler; what is private may be what could not be read. */
export type UnrunJob<J extends JobContract> = Pick<JobInput<J>, 'envelope' | 'body'>;
export interface UnrunEnd {
  readonly error: MeshError;
  /** By Redis' clock, in ms. */
  readonly at: number;
}

/** The pattern under which a method is found that hears of such ends. */
export const unrunPattern = (kind: string): string => `${kind} unrun`;

/**
 * Marks the method that is told when a job ends for good before its handler is called: because its workers died again
 * and again, its time was over, or it cannot be read. Called before whoever waits for the job hears of it; where it
 * throws, the job is tried again. For jobs of which something stands elsewhere that would else stay as it was.
 */
export function HandlesUnrun<J extends JobContract>(contract: J) {
  return <Method extends (job: UnrunJob<J>, end: UnrunEnd) => Promise<void>>(target: object, method: string | symbol, descriptor: TypedPropertyDescriptor<Method>): void => {
    Payload()(target, method, 0);
    Ctx()(target, method, 1);
    applyDecorators(MessagePattern(unrunPattern(contract.kind)), UseFilters(KeepErrorFilter))(target, method, descriptor);
  };
}
