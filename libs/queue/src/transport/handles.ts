import { applyDecorators, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { JobContext, JobContract, JobInput } from '@switchyard/contracts';
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
