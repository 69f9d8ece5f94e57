// An application in a process of its own that OpenTelemetry has instrumented, http and Express,
// before it was loaded. It resets once over the network, sends one careless request with a secret
// in
// its address, and prints every span. It says on descriptor 3 what the two secrets were.
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { memoryUserStore, plantCanary } from '@force-reset/core/testing'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { nodeHandler } from '../shells/node-handler.ts'
import { observed } from './leak-matrix-subjects.fixture.ts'

const exporter = new InMemorySpanExporter()
const everything = { showHidden: true, depth: 6 } as const
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
registerInstrumentations({
  tracerProvider: new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  instrumentations: [
    // What a site adds that wants to see more.
    new HttpInstrumentation({
      applyCustomAttributesOnSpan: (span, request, response) => {
        span.setAttributes({
          request: inspect(request, everything),
          response: inspect(response, everything),
        })
      },
    }),
    new ExpressInstrumentation({
      requestHook: (span, { request }) =>
        void span.setAttribute('request', inspect(request, everything)),
    }),
  ],
})

// Only what is required from here on is instrumented.
const require = createRequire(import.meta.url)
const { createServer }: typeof import('node:http') = require('node:http')
const express: typeof import('express') = require('express')

const { store, secret } = observed(memoryUserStore({ users: [{ id: '1', username: 'kim' }] }))
const app = express()
app.use(express.json())
app.use(
  nodeHandler({
    store,
    authorize: () => true,
    audit: () => undefined,
    authenticate: () => ({ id: 'op-1' }),
    basePath: '/api',
  }),
)
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const body = JSON.stringify({ version: (await store.find('1'))?.user.version })
const headers = { 'content-type': 'application/json' }
const reset = await fetch(`http://127.0.0.1:${port}/api/users/1/force-reset`, {
  method: 'POST',
  headers,
  body,
})
await reset.arrayBuffer()
const careless = plantCanary().text
await fetch(`http://127.0.0.1:${port}/elsewhere?password=${careless}`)
server.close()
await once(server, 'close')
writeSync(3, JSON.stringify({ status: reset.status, secret: secret(), careless }))
for (const { name, attributes, events } of exporter.getFinishedSpans())
  process.stdout.write(`${JSON.stringify({ name, attributes, events })}\n`)
