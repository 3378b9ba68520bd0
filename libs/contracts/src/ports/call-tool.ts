/** What came of a tool call. `error` is a name of the tool's file, or `unavailable`, or `rejected`. */
export type ToolOutcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };

export interface ToolUse {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The same for every run of the same step of the same request. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** What came of a call, and what may be recorded of it: names, numbers and sizes. */
export interface ToolReport {
  readonly outcome: ToolOutcome;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Calls a tool of the site. Rejects with TOOL_ARGUMENTS_INVALID or CONFIG_INVALID, or with the signal's reason. */
export type CallTool = (use: ToolUse) => Promise<ToolReport>;
