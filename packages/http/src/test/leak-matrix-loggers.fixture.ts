import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { PassThrough } from 'node:stream'
import { inspect } from 'node:util'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import morgan from 'morgan'
import { pino } from 'pino'
import { pinoHttp } from 'pino-http'
import winston from 'winston'
import type { LeakChannel } from './leak-matrix-channels.fixture.ts'
import { send } from './send.fixture.ts'
import { serve } from './serve.fixture.ts'

/** What the tests use of bunyan, which has no types of its own. */
interface Bunyan {
  info(fields: object, message: string): void
  error(error: unknown, message: string): void
}

function bunyan(stream: PassThrough): Bunyan {
  const require = createRequire(import.meta.url)
  const { createLogger, stdSerializers } = require('bunyan')
  return createLogger({ name: 'matrix', level: 'trace', stream, serializers: stdSerializers })
}

/** What a logger has written when `log` has returned. */
function written(log: (to: PassThrough) => void): string {
  const stream = new PassThrough()
  log(stream)
  return String(stream.read() ?? '')
}

/** What an access log writes of one request, at whose end the application's `listener` stood. */
async function accessLog(log: (to: PassThrough) => RequestListener): Promise<string> {
  const stream = new PassThrough()
  const line = once(stream, 'data')
  await using served = await serve(log(stream))
  await send(served, { path: '/' })
  return String((await line)[0])
}

/** What a tracer hands to its exporter. */
function traced(
  record: (span: ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>) => void,
): string {
  const exporter = new InMemorySpanExporter()
  const span = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
    .getTracer('matrix')
    .startSpan('reset')
  record(span)
  span.end()
  const finished = exporter
    .getFinishedSpans()
    .map(({ attributes, events, status }) => ({ attributes, events, status }))
  return `${JSON.stringify(finished)}\n${inspect(finished, { showHidden: true, depth: 12 })}`
}

const channel = (name: string, send: LeakChannel['send']): LeakChannel => ({ name, send })
const toWinston = (format: winston.Logform.Format, log: (to: winston.Logger) => void): string =>
  written((stream) =>
    log(
      winston.createLogger({
        level: 'silly',
        format,
        transports: [new winston.transports.Stream({ stream })],
      }),
    ),
  )

/** Loggers, access logs and traces. */
export const loggerChannels: readonly LeakChannel[] = [
  channel('pino, as a field', (value) =>
    written((stream) => pino({ level: 'trace' }, stream).info({ value }, 'reset')),
  ),
  channel('pino, as err', (value) =>
    written((stream) =>
      pino({ level: 'trace' }, stream).error({ err: value, error: value }, 'failed'),
    ),
  ),
  channel('pino, interpolated', (value) =>
    written((stream) => pino({ level: 'trace' }, stream).warn(`reset ${value}`)),
  ),
  channel('winston, JSON', (value) =>
    toWinston(winston.format.json(), (to) => to.info('reset', { value })),
  ),
  channel('winston, an error', (value) =>
    toWinston(
      winston.format.combine(
        winston.format.errors({ stack: true, cause: true }),
        winston.format.json(),
      ),
      (to) => to.error(Object.assign(new Error('failed', { cause: value }), { value })),
    ),
  ),
  channel('winston, pretty', (value) =>
    toWinston(winston.format.prettyPrint({ depth: 12 }), (to) => to.info('reset', { value })),
  ),
  channel('winston, interpolated', (value) =>
    toWinston(winston.format.combine(winston.format.splat(), winston.format.simple()), (to) =>
      to.warn('reset %s %O', value, value),
    ),
  ),
  channel('bunyan, as a field', (value) =>
    written((stream) => bunyan(stream).info({ value }, 'reset')),
  ),
  channel('bunyan, as an error', (value) =>
    written((stream) => bunyan(stream).error(value, 'failed')),
  ),
  channel('pino-http', (value) =>
    accessLog((stream) => {
      const log = pinoHttp({ level: 'trace', customProps: () => ({ value }) }, stream)
      return (request, response) => {
        log(request, response)
        response.end()
      }
    }),
  ),
  channel('morgan', (value) =>
    accessLog((stream) => {
      const log = morgan(
        (_, request) => {
          const held = Reflect.get(request, 'value')
          return `${held} ${inspect(held, { depth: 12 })}`
        },
        {
          stream,
        },
      )
      return (request, response) =>
        log(Object.assign(request, { value }), response, () => response.end())
    }),
  ),
  channel('OpenTelemetry, an attribute', (value) =>
    traced((span) => span.setAttribute('value', inspect(value, { depth: 12 }))),
  ),
  channel('OpenTelemetry, an object as attributes', (value) =>
    traced((span) =>
      span.setAttributes({
        ...(typeof value === 'object' && value !== null ? value : { value: String(value) }),
      }),
    ),
  ),
  channel('OpenTelemetry, an exception', (value) =>
    traced((span) =>
      span.recordException(
        value instanceof Error ? value : new Error(String(value), { cause: value }),
      ),
    ),
  ),
  channel('OpenTelemetry, an event', (value) =>
    traced((span) => span.addEvent(String(value), { value: JSON.stringify(value) ?? '' })),
  ),
]
