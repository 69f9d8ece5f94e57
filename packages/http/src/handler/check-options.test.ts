import { checkForceResetConfig, ForceResetError } from '@force-reset/core'
import { aFunction, optional } from '@force-reset/core/store'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import { fetchHandler } from '../shells/fetch-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { checkHandlerOptions } from './check-options.ts'
import { allowInsecureTransport } from './handler-options.ts'

const working = {
  store: memoryUserStore({ users: [] }),
  authorize: () => true,
  audit: () => undefined,
  authenticate: () => ({ id: 'op-1' }),
}

/** Whatever a program without types may pass. */
function check(overrides: object): void {
  checkHandlerOptions(Object.assign({ ...working }, overrides), {
    authenticate: aFunction,
    peerAddress: optional(aFunction),
  })
}

function errorOf(fn: () => unknown): unknown {
  try {
    fn()
  } catch (error) {
    return error
  }
  return undefined
}

describe('checkHandlerOptions', () => {
  it.each<[string, object]>([
    ['authenticate', { authenticate: undefined }],
    ['authenticate', { authenticate: true }],
    ['peerAddress', { peerAddress: '127.0.0.1' }],
    ['onUndelivered', { onUndelivered: 'log' }],
    ['onError', { onError: {} }],
    ['basePath', { basePath: '/' }],
    ['basePath', { basePath: 'api' }],
    ['basePath', { basePath: '/api/' }],
    ['basePath', { basePath: '//api' }],
    ['basePath', { basePath: '/api?x' }],
    ['basePath', { basePath: 'https://console.example.com/api' }],
    ['basePath', { basePath: 7 }],
    ['origins', { origins: 'https://console.example.com' }],
    ['origins', { origins: ['https://console.example.com/'] }],
    ['origins', { origins: ['console.example.com'] }],
    ['origins', { origins: ['*'] }],
    ['origins', { origins: ['null'] }],
    ['origins', { origins: ['https://CONSOLE.example.com'] }],
    ['origins', { origins: ['https://console.example.com:443'] }],
    ['trustProxy', { trustProxy: 1 }],
    ['[allowInsecureTransport]', { [allowInsecureTransport]: 'true' }],
    ['bodyLimitBytes', { bodyLimitBytes: 0 }],
    ['bodyLimitBytes', { bodyLimitBytes: 1.5 }],
    ['bodyLimitBytes', { bodyLimitBytes: Infinity }],
    ['bodyLimitBytes', { bodyLimitBytes: '1mb' }],
    ['rateLimits', { rateLimits: null }],
    ['rateLimits', { rateLimits: false }],
    [
      'rateLimits.resetsPerTarget.limit',
      { rateLimits: { resetsPerTarget: { limit: 0, windowSeconds: 60 } } },
    ],
    ['rateLimits.resetsPerTarget.limit', { rateLimits: { resetsPerTarget: 5 } }],
    [
      'rateLimits.readsPerOperator.limit',
      { rateLimits: { readsPerOperator: { limit: Number.NaN, windowSeconds: 60 } } },
    ],
    [
      'rateLimits.resetsPerOperator.windowSeconds',
      { rateLimits: { resetsPerOperator: { limit: 5 } } },
    ],
    [
      'rateLimits.resetsPerOperator.windowSeconds',
      { rateLimits: { resetsPerOperator: { limit: Infinity, windowSeconds: 86_401 } } },
    ],
    ['rateLimits.scope', { rateLimits: { scope: 'tenant' } }],
    ['rateLimits.counter.add', { rateLimits: { counter: {} } }],
    ['rateLimits.counter.add', { rateLimits: { counter: null } }],
    ['authorize', { authorize: undefined }],
    ['audit', { audit: undefined }],
    ['store', { store: undefined }],
  ])('refuses a wrong %s by its name, and does not repeat the value', (name, overrides) => {
    const error = errorOf(() => check(overrides))
    expect(error).toBeInstanceOf(ForceResetError)
    expect(error).toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    expect(String(error)).toContain(`${name} must be `)
  })

  it.each<object>([
    {},
    { basePath: '' },
    { basePath: '/admin/api-1.0/~x' },
    { origins: [] },
    { origins: ['https://console.example.com', 'http://localhost:3000'] },
    { trustProxy: true, [allowInsecureTransport]: true, bodyLimitBytes: 1_024 },
    { rateLimits: {} },
    { rateLimits: { resetsPerTarget: { limit: Infinity, windowSeconds: 1 } } },
  ])('takes %j', (overrides) => {
    expect(() => check(overrides)).not.toThrow()
  })

  it('is what both shells do before they answer anything', () => {
    expect(() => nodeHandler({ ...working, basePath: 'x' })).toThrow(ForceResetError)
    expect(() => fetchHandler({ ...working, basePath: 'x' })).toThrow(ForceResetError)
  })

  it.each<[string, object]>([
    ['onEror is no option; did you mean onError?', { onEror: () => undefined }],
    ['trustproxy is no option; did you mean trustProxy?', { trustproxy: true }],
    [
      'requireMustchange is no option; did you mean requireMustChange?',
      { requireMustchange: true },
    ],
    ['pool is no option', { pool: {} }],
    [
      'rateLimits.resetPerTarget is no option; did you mean resetsPerTarget?',
      { rateLimits: { resetPerTarget: { limit: 5, windowSeconds: 60 } } },
    ],
    [
      'rateLimits.resetsPerTarget.windowsSeconds is no option; did you mean windowSeconds?',
      { rateLimits: { resetsPerTarget: { limit: 5, windowsSeconds: 60 } } },
    ],
  ])('says: %s', (message, overrides) => {
    expect(errorOf(() => nodeHandler(Object.assign({ ...working }, overrides)))).toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      message,
    })
  })

  it('refuses an option of the other shell, which this one never reads', () => {
    const peerAddress = () => '127.0.0.1'
    expect(() => nodeHandler(Object.assign({ peerAddress }, working))).toThrow(
      /^peerAddress is no option/,
    )
    expect(() => fetchHandler({ ...working, peerAddress })).not.toThrow()
  })

  it('takes a counter that has whatever else it needs', () => {
    const counter = { add: () => 1, table: 'limits' }
    expect(() => check({ rateLimits: { counter } })).not.toThrow()
  })

  it('asks for its own options of a configuration that core has seen already', () => {
    const { authenticate: _, ...config } = working
    checkForceResetConfig(config)
    expect(errorOf(() => Reflect.apply(nodeHandler, undefined, [config]))).toMatchObject({
      message: expect.stringMatching(/^authenticate must be a function/),
    })
  })

  it('refuses no configuration at all', () => {
    expect(errorOf(() => Reflect.apply(checkHandlerOptions, undefined, [undefined]))).toMatchObject(
      {
        code: 'ERR_INVALID_CONFIG',
      },
    )
  })

  it('knows the dangerous option by its symbol alone', () => {
    expect(Object.keys({ ...working, [allowInsecureTransport]: true })).not.toContain(
      'allowInsecureTransport',
    )
    expect(JSON.stringify({ [allowInsecureTransport]: true })).toBe('{}')
  })
})
