import { Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Nest's RPC layer replaces what a handler throws by "Internal server error", and a job that must not be retried
 * would be. This filter passes the error on as it is. `Handles` installs it, so that it cannot be forgotten.
 */
@Catch()
export class KeepErrorFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
