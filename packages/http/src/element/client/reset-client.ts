import { takePassword } from '../password/password-bytes.ts'
import type { Trouble } from '../words/trouble.ts'
import type { AccountView, ResetFacts } from './read-response.ts'
import { readChecked, readReset, readTrouble, readView } from './read-response.ts'

/** The address of an account. */
export interface AccountAddress {
  /** Where the handler is mounted, such as `/admin/api`. */
  readonly base: string
  readonly userId: string
}

/** One reset, as the operator confirmed it. */
export interface ResetOrder {
  readonly version: string
  readonly reason?: string | undefined
  /** Proofs that the caller was identified, where the handler asks for some. */
  readonly proofs?: readonly string[] | undefined
}

interface Failed {
  readonly ok: false
  readonly trouble: Trouble
}

/** What became of asking for an account. */
export type LoadResult = { readonly ok: true; readonly view: AccountView } | Failed

/** What became of a reset. `password` is printable ASCII, and the caller wipes its bytes. */
export type ResetResult =
  | { readonly ok: true; readonly password: Uint8Array<ArrayBuffer>; readonly facts: ResetFacts }
  | Failed

type Fetch = typeof globalThis.fetch

/**
 * How long a reset may take before it counts as lost, in milliseconds. The dialog cannot be closed
 * meanwhile.
 */
const resetTimeoutMs = 120_000

/** How long the look may take that an offline browser begins with, in milliseconds. */
const lookTimeoutMs = 10_000

/** Asks for the account and whether it can be reset. */
export async function loadAccount(
  fetch: Fetch,
  address: AccountAddress,
  signal: AbortSignal,
): Promise<LoadResult> {
  try {
    const response = await fetch(urlOf(address), {
      headers: { accept: 'application/json' },
      ...common,
      signal,
    })
    const json = await bodyOf(response)
    const view = response.ok ? readView(json) : undefined
    return view
      ? { ok: true, view }
      : failed(troubleOf(response, json) ?? { code: 'unreadable_answer' })
  } catch {
    return failed({ code: 'no_answer' })
  }
}

/**
 * Resets the password, once. Without a clear response the trouble is `outcome_unknown`: a
 * connection lost after the request was sent looks the same as a connection lost before.
 *
 * A browser that is offline asks for the account first. Without an answer to that, the reset is not
 * sent, so nothing can have changed. A server on the same machine answers without a network.
 */
export async function resetPassword(
  fetch: Fetch,
  address: AccountAddress,
  order: ResetOrder,
): Promise<ResetResult> {
  const unknown = failed({ code: 'outcome_unknown' })
  if (!navigator.onLine) {
    const looked = await loadAccount(fetch, address, AbortSignal.timeout(lookTimeoutMs))
    if (!looked.ok && looked.trouble.code === 'no_answer') return failed({ code: 'not_sent' })
  }
  try {
    const response = await fetch(`${urlOf(address)}/force-reset`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(order),
      ...common,
      signal: AbortSignal.timeout(resetTimeoutMs),
    })
    if (response.ok) return (await readPassword(response)) ?? unknown
    const trouble = troubleOf(response, await bodyOf(response))
    return trouble ? failed(trouble) : unknown
  } catch {
    return unknown
  }
}

/** What became of asking about resets without a known outcome. */
export type CheckResult = { readonly ok: true; readonly outcomes: readonly string[] } | Failed

/** Finds out what became of the resets of an account that have no known outcome. */
export async function checkOpenResets(fetch: Fetch, address: AccountAddress): Promise<CheckResult> {
  const asked = await post(fetch, address, 'check')
  if (!asked.ok) return asked
  const outcomes = readChecked(asked.json)
  return outcomes ? { ok: true, outcomes } : failed({ code: 'unreadable_answer' })
}

/** What a request was answered that changes nothing of an account. */
export type Posted = { readonly ok: true; readonly json: unknown } | Failed

/** Sends a request about an account that changes nothing of the account. */
export async function post(
  fetch: Fetch,
  address: AccountAddress,
  action: string,
  body?: object,
): Promise<Posted> {
  try {
    const response = await fetch(`${urlOf(address)}/${action}`, {
      method: 'POST',
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      ...common,
      signal: AbortSignal.timeout(resetTimeoutMs),
    })
    const json = await bodyOf(response)
    return response.ok
      ? { ok: true, json }
      : failed(troubleOf(response, json) ?? { code: 'unreadable_answer' })
  } catch {
    return failed({ code: 'no_answer' })
  }
}

function failed(trouble: Trouble): Failed {
  return { ok: false, trouble }
}

/**
 * The handler never redirects. A redirect comes from a sign-in in front of the handler, and must
 * not repeat a reset elsewhere.
 */
const common = { cache: 'no-store', redirect: 'manual', credentials: 'same-origin' } as const

function urlOf({ base, userId }: AccountAddress): string {
  return `${base.replace(/\/+$/, '')}/users/${encodeURIComponent(userId.toWellFormed())}`
}

/** The body never becomes text as a whole: its bytes are wiped after the password was taken. */
async function readPassword(response: Response): Promise<ResetResult | undefined> {
  const taken = takePassword(new Uint8Array(await response.arrayBuffer()))
  const facts = readReset(taken?.rest)
  if (taken && facts) return { ok: true, password: taken.password, facts }
  taken?.password.fill(0)
  return undefined
}

async function bodyOf(response: Response): Promise<unknown> {
  return await response.json().catch(() => undefined)
}

/** The trouble of a refusal; `undefined` for a response that does not rule out a change. */
function troubleOf(response: Response, json: unknown): Trouble | undefined {
  const problem = readTrouble(json)
  const header = retryAfter(response)
  if (problem) return { ...problem, retryAfterSeconds: problem.retryAfterSeconds ?? header }
  if (response.type === 'opaqueredirect' || response.status === 401)
    return { code: 'unauthenticated' }
  if (response.status === 429) return { code: 'rate_limited', retryAfterSeconds: header }
  const isRefusal = response.status >= 400 && response.status < 500
  return isRefusal
    ? { code: 'refused_on_the_way', parameters: { status: response.status } }
    : undefined
}

/** `Retry-After` in seconds (RFC 9110, section 10.2.3); a proxy may send a date instead. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after') ?? ''
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined
}
