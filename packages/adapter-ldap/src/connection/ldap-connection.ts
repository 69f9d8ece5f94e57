import type { TLSSocket } from 'node:tls'
import type { BindRequest, CompareRequest, ExtendedRequest, ModifyRequest } from 'ldapts'
import { BerReader, SearchRequest, UnbindRequest } from 'ldapts'
import { BadMessage } from './ber.ts'
import { PostReadControl } from './controls.ts'
import type { Entry } from './entry.ts'
import { messageStream } from './message-stream.ts'
import type { Compare, Extended, Modify, Search, SimpleBind } from './messages.ts'
import {
  bindRequest,
  compareRequest,
  extendedRequest,
  modifyRequest,
  searchRequest,
} from './messages.ts'
import { resultCodes } from './result-codes.ts'
import { responses, type ServerMessage, serverMessage } from './server-message.ts'
import { safeCauseOf, TransportError, unreadable } from './transport-error.ts'

/** What the server answered to one operation (RFC 4511, section 4.1.9). */
export interface LdapResult {
  readonly code: number
  /**
   * The server's own words. They may hold values: read codes out of them, and never let them
   * travel.
   */
  readonly diagnostic: string
  /** The lowest existing entry above a name that does not exist (RFC 4511, section 4.1.9). */
  readonly matchedDn?: string | undefined
}

/** What a search found. */
export interface SearchResult extends LdapResult {
  readonly entries: readonly Entry[]
  /** How many parts of the directory the server said are somewhere else. They are not followed. */
  readonly referrals: number
}

/**
 * One connection to one server, for any number of operations at a time. A connection that has ended
 * never connects again.
 *
 * Every method rejects with {@link TransportError} and nothing else. A result other than success is
 * an answer, not an error.
 */
export interface LdapConnection {
  /** Scheme, host and port: `ldaps://dc1.example.com:636`. */
  readonly endpoint: string
  /** Whether new operations may be started. */
  readonly usable: boolean
  bind(bind: SimpleBind): Promise<LdapResult>
  search(search: Search): Promise<SearchResult>
  modify(modify: Modify): Promise<LdapResult>
  compare(compare: Compare): Promise<LdapResult>
  extended(extended: Extended): Promise<LdapResult>
  /** Ends it at once. Operations still under way are rejected. */
  close(): void
}

type Request = BindRequest | SearchRequest | ModifyRequest | CompareRequest | ExtendedRequest
type Result = ServerMessage & { readonly kind: 'result' }
type Part = ServerMessage & { readonly kind: 'entry' | 'reference' | 'intermediate' }

interface Operation {
  /** The tag of its result. */
  readonly response: number
  readonly requestOf: (messageId: number) => Request
  readonly resolve: (result: SearchResult) => void
  readonly reject: (error: TransportError) => void
}

interface Pending extends Pick<Operation, 'response'> {
  readonly request: Request
  readonly entries: Entry[]
  referrals: number
  /** Whether there were more entries than the search asked for. */
  isCutShort: boolean
  /** What has come so far, as {@link greatestResponse} counts. */
  size: number
  /** Whether the operating system has taken every byte. */
  flushed: boolean
  finish(outcome: SearchResult | TransportError): void
}

/**
 * Operations at a time. slapd drops a connection on which a thousand wait (conn_max_pending_auth);
 * beyond some tens nothing gets faster.
 */
const greatestInFlight = 64
/** Operations that wait for their turn. */
const greatestQueue = 5_000

/**
 * Most bytes of one message. A group of 20,000 members with long names has five million, and larger
 * groups are refused as privileged groups anyway.
 */
const greatestMessage = 16 * 1_024 * 1_024
/**
 * Most bytes of all messages that answer one operation, with {@link valueSize} for each value. The
 * longest list is 1,001 accounts, so there is room for 32 kilobytes of each.
 */
const greatestResponse = 32 * 1_024 * 1_024
/**
 * The same for all operations of a connection that are not finished. It is the memory that a server
 * can make this package hold: what is finished belongs to who asked.
 */
const greatestHeld = 256 * 1_024 * 1_024
/** What an attribute or a value takes in memory besides its bytes, about. */
const valueSize = 200
/** Most entries that are kept of a search without a size limit. */
const mostEntries = 10_000

/** Message ids are positive and within 31 bits (RFC 4511, section 4.1.1.1). */
const greatestMessageId = 0x7fff_ffff

/**
 * Speaks LDAP over a socket that is already encrypted and verified.
 *
 * @example
 * const socket = await dial(endpoint, options)
 * const options = { endpoint: endpoint.name, operationTimeoutMs: 10_000 }
 * const connection = ldapConnection(socket, options)
 */
export function ldapConnection(
  socket: TLSSocket,
  options: { readonly endpoint: string; readonly operationTimeoutMs: number },
): LdapConnection {
  const { endpoint, operationTimeoutMs } = options
  const timeLimitSeconds = Math.max(1, Math.ceil(operationTimeoutMs / 1_000))
  const pending = new Map<number, Pending>()
  /** Operations whose time is over: their answers may still come. */
  const late = new Set<number>()
  const stream = messageStream(greatestMessage)
  const queue: { readonly start: () => void; readonly reject: (error: TransportError) => void }[] =
    []
  const outbox = new Map<Pending, Buffer>()
  let retired = false
  let ended = false
  let held = 0
  let lastId = 0

  const end = (error: TransportError): void => {
    retired = true
    ended = true
    socket.destroy()
    dropQueue()
    for (const { finish } of [...pending.values()]) finish(error)
  }
  const dropQueue = (): void => {
    for (const { reject } of queue.splice(0)) reject(new TransportError('not_sent'))
  }
  /** No new operations; those under way may still be answered. */
  const retire = (): void => {
    retired = true
    dropQueue()
    if (pending.size === 0) socket.destroy()
  }

  socket.on('data', (chunk) => {
    try {
      for (const bytes of stream.messages(chunk)) {
        if (ended) return
        take(serverMessage(bytes), bytes.length)
      }
    } catch (error) {
      end(unreadable(error))
    }
  })
  socket.on('error', (error) => end(new TransportError('closed', safeCauseOf(error))))
  socket.on('close', () => end(new TransportError('closed')))
  socket.unref()

  function take(message: ServerMessage, length: number): void {
    const waiting = pending.get(message.messageId)
    // A notice of disconnection, or another one that nobody knows (RFC 4511, section 4.4).
    if (message.kind === 'notice') retire()
    else if (waiting !== undefined) answer(waiting, message, length)
    else if (!late.has(message.messageId)) throw new BadMessage('ERR_LDAP_UNEXPECTED')
  }

  function answer(waiting: Pending, message: Result | Part, length: number): void {
    const size = length + (message.kind === 'entry' ? valueSize * message.values : 0)
    waiting.size += size
    held += size
    if (waiting.size > greatestResponse || held > greatestHeld)
      throw new BadMessage('ERR_LDAP_TOO_LARGE')
    if (message.kind === 'result') waiting.finish(resultOf(message, waiting))
    else takePart(waiting, message)
  }

  function send(
    response: number,
    requestOf: (messageId: number) => Request,
  ): Promise<SearchResult> {
    if (retired) return Promise.reject(new TransportError('not_sent'))
    if (queue.length >= greatestQueue) return Promise.reject(new TransportError('queue_full'))
    return new Promise((resolve, reject) => {
      const start = (): void => transmit({ response, requestOf, resolve, reject })
      if (pending.size < greatestInFlight) start()
      else queue.push({ start, reject })
    })
  }

  function transmit({ response, requestOf, resolve, reject }: Operation): void {
    lastId = lastId === greatestMessageId ? 1 : lastId + 1
    const request = encodedRequest(requestOf, lastId)
    if (request instanceof TransportError) {
      reject(request)
      queue.shift()?.start()
      return
    }
    const { message, bytes } = request
    const messageId = lastId
    const deadline = setTimeout(() => expire(waiting, messageId), operationTimeoutMs)
    const waiting: Pending = {
      request: message,
      response,
      entries: [],
      referrals: 0,
      isCutShort: false,
      size: 0,
      flushed: false,
      finish: (outcome) => {
        clearTimeout(deadline)
        if (!pending.delete(messageId)) return
        held -= waiting.size
        queue.shift()?.start()
        if (pending.size === 0) {
          socket.unref()
          if (retired) socket.destroy()
        }
        if (outcome instanceof TransportError) reject(outcome)
        else resolve(outcome)
      },
    }
    if (pending.size === 0) socket.ref()
    pending.set(messageId, waiting)
    if (message instanceof SearchRequest) post(waiting, bytes)
    else {
      deliver()
      put(bytes, [waiting])
    }
  }

  /**
   * Searches hold no secrets and go out together: each write would be a system call and a TLS
   * record of its own.
   */
  function post(search: Pending, bytes: Buffer): void {
    if (outbox.size === 0) process.nextTick(deliver)
    outbox.set(search, bytes)
  }

  function deliver(): void {
    const searches = [...outbox.keys()]
    const bytes = Buffer.concat([...outbox.values()])
    outbox.clear()
    if (searches.length > 0 && socket.writable) put(bytes, searches)
  }

  function put(bytes: Buffer, requests: readonly Pending[]): void {
    socket.write(bytes, () => {
      for (const request of requests) request.flushed = true
    })
  }

  function expire(waiting: Pending, messageId: number): void {
    const error = new TransportError('timeout')
    late.add(messageId)
    // Its secrets are about to be wiped: bytes that still wait to be sent would go out as zeros.
    if (waiting.flushed) retire()
    else end(error)
    waiting.finish(error)
  }

  return {
    endpoint,
    get usable() {
      return !retired
    },
    bind: (bind) => send(responses.bind, (id) => bindRequest(id, bind)),
    search: (search) => send(responses.search, (id) => searchRequest(id, search, timeLimitSeconds)),
    modify: (modify) => send(responses.modify, (id) => modifyRequest(id, modify)),
    compare: (compare) => send(responses.compare, (id) => compareRequest(id, compare)),
    extended: (extended) => send(responses.extended, (id) => extendedRequest(id, extended)),
    close: () => {
      if (!retired) socket.write(new UnbindRequest({ messageId: lastId + 1 }).write())
      end(new TransportError('closed'))
    },
  }
}

/** Encoded at once: a request that cannot be encoded fails its own operation, and nothing else. */
function encodedRequest(
  requestOf: (messageId: number) => Request,
  messageId: number,
): { readonly message: Request; readonly bytes: Buffer } | TransportError {
  try {
    const message = requestOf(messageId)
    return { message, bytes: message.write() }
  } catch (error) {
    return new TransportError('not_sent', safeCauseOf(error))
  }
}

/**
 * What comes before the result. Samba goes on past the size limit of a search. Further entries are
 * let go by, so that they do not fill the memory.
 */
function takePart(waiting: Pending, part: Part): void {
  if (part.kind === 'intermediate') return
  const { request, entries } = waiting
  if (!(request instanceof SearchRequest)) throw new BadMessage('ERR_LDAP_UNEXPECTED')
  if (part.kind === 'reference') {
    waiting.referrals += 1
    return
  }
  if (request.scope === 'base' && entries.length > 0) throw new BadMessage('ERR_LDAP_UNEXPECTED')
  if (entries.length < (request.sizeLimit || mostEntries)) entries.push(part.entry)
  else waiting.isCutShort = true
}

/**
 * A result of another operation is no answer. Neither is a refusal that comes with the entry after
 * the operation, which a server sends with success alone (RFC 4527, section 3.2). After either of
 * them nobody knows what has happened.
 */
function resultOf(
  { response, code, diagnostic, matchedDn, controls }: Result,
  waiting: Pending,
): SearchResult {
  if (response !== waiting.response) throw new BadMessage('ERR_LDAP_UNEXPECTED')
  const asked = waiting.request.controls ?? []
  for (const control of controls) {
    const own = asked.find(({ responseType }) => responseType === control.oid)
    if (own instanceof PostReadControl && code !== resultCodes.success)
      throw new BadMessage('ERR_LDAP_UNEXPECTED')
    own?.parse(new BerReader(control.value))
  }
  const { entries, referrals, isCutShort } = waiting
  const isLimited = isCutShort && code === resultCodes.success
  return {
    code: isLimited ? resultCodes.sizeLimitExceeded : code,
    diagnostic,
    matchedDn,
    entries,
    referrals,
  }
}
