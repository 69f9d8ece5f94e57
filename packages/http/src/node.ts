export type { NodeHandlerConfig } from './node-handler.ts'
export { nodeHandler } from './node-handler.ts'
export { requestTransport } from './request-transport.ts'
