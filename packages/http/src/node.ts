export type { NodeHandlerConfig } from './shells/node-handler.ts'
export { nodeHandler } from './shells/node-handler.ts'
export { requestTransport } from './shells/request-transport.ts'
