import {
  AnswerJob, ConsultJob, DeliverJob, DispatchJob, ExplainJob, IngestJob, ListDocumentsJob, ListStepsJob, RetrieveJob, SearchJob, VariantsJob,
  type JobContract, type QueueName,
} from '@switchyard/contracts';

/**
 * Every job of the mesh. An app that owns a queue must handle every kind of it, or it does not start; so a new
 * contract is added here in the same change as its handler.
 */
export const allJobs: readonly JobContract[] = [DispatchJob, AnswerJob, RetrieveJob, ConsultJob, IngestJob, ListDocumentsJob, SearchJob, VariantsJob, ExplainJob, ListStepsJob, DeliverJob];

export function jobsOf(queue: QueueName, jobs: readonly JobContract[] = allJobs): JobContract[] {
  return jobs.filter((job) => job.queue === queue);
}
