export type { ToolEnvironment } from './build-tool-request.js';
export { environmentOfTools } from './environment-of-tools.js';
export { createToolCaller } from './call-tool.js';
export { compileToolSchemas } from './check-against-schema.js';
export { toolRefusals } from './tool-metrics.js';
export type { HttpToolDefinition, McpToolDefinition, ToolDefinition } from './tool-definition.js';
