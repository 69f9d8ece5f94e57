import type { TLSSocket } from 'node:tls'
import type { BindRequest, ExtendedRequest, ModifyRequest } from 'ldapts'
import {
  type BindResponse,
  MessageParser,
  SearchEntry,
  SearchReference,
  SearchRequest,
  UnbindRequest,
} from 'ldapts'
import { type Entry, entryOf } from './entry.ts'
import type { Extended, Modify, Search, SimpleBind } from './messages.ts'
import { bindRequest, extendedRequest, modifyRequest, searchRequest } from './messages.ts'
import { safeCauseOf, TransportError } from './transport-error.ts'

/** What the server answered to one operation (RFC 4511, section 4.1.9). */
export interface LdapResult {
  readonly code: number
  /**
   * The server's own words. They may hold values: read codes out of them, and never let them
   * travel.
   */
  readonly diagnostic: string
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
  extended(extended: Extended): Promise<LdapResult>
  /** Ends it at once. Operations still under way are rejected. */
  close(): void
}

type Request = BindRequest | SearchRequest | ModifyRequest | ExtendedRequest
type Response = Pick<BindResponse, 'status' | 'errorMessage'>

interface Pending {
  readonly message: Request
  readonly entries: SearchEntry[]
  referrals: number
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
  const pending = new Map<string, Pending>()
  const parser = new MessageParser()
  const queue: { readonly start: () => void; readonly reject: (error: TransportError) => void }[] =
    []
  const outbox = new Map<Pending, Buffer>()
  let retired = false
  let lastId = 0

  const end = (error: TransportError): void => {
    retired = true
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

  parser.on('message', (message) => {
    const waiting = pending.get(`${message.messageId}`)
    // Nobody asked: a notice of disconnection (RFC 4511, section 4.4.1), or an answer that came too
    // late.
    if (waiting === undefined) {
      if (message.messageId === 0) retire()
    } else if (message instanceof SearchEntry) waiting.entries.push(message)
    else if (message instanceof SearchReference) waiting.referrals += 1
    else waiting.finish(resultOf(message as unknown as Response, waiting))
  })
  // The parser drops what follows a message that it cannot read, so nothing after that can be
  // trusted.
  parser.on('error', (error) => end(new TransportError('protocol', safeCauseOf(error))))
  socket.on('data', (chunk) => parser.read(chunk, pending))
  socket.on('error', (error) => end(new TransportError('closed', safeCauseOf(error))))
  socket.on('close', () => end(new TransportError('closed')))
  socket.unref()

  function send(requestOf: (messageId: number) => Request): Promise<SearchResult> {
    if (retired) return Promise.reject(new TransportError('not_sent'))
    if (queue.length >= greatestQueue) return Promise.reject(new TransportError('queue_full'))
    return new Promise((resolve, reject) => {
      const start = (): void => transmit(requestOf, resolve, reject)
      if (pending.size < greatestInFlight) start()
      else queue.push({ start, reject })
    })
  }

  function transmit(
    requestOf: (messageId: number) => Request,
    resolve: (result: SearchResult) => void,
    reject: (error: TransportError) => void,
  ): void {
    lastId = lastId === greatestMessageId ? 1 : lastId + 1
    const request = encodedRequest(requestOf, lastId)
    if (request instanceof TransportError) {
      reject(request)
      queue.shift()?.start()
      return
    }
    const { message, bytes } = request
    const key = `${lastId}`
    const deadline = setTimeout(() => expire(waiting), operationTimeoutMs)
    const waiting: Pending = {
      message,
      entries: [],
      referrals: 0,
      flushed: false,
      finish: (outcome) => {
        clearTimeout(deadline)
        if (!pending.delete(key)) return
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
    pending.set(key, waiting)
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

  function expire(waiting: Pending): void {
    const error = new TransportError('timeout')
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
    bind: (bind) => send((id) => bindRequest(id, bind)),
    search: (search) => send((id) => searchRequest(id, search, timeLimitSeconds)),
    modify: (modify) => send((id) => modifyRequest(id, modify)),
    extended: (extended) => send((id) => extendedRequest(id, extended)),
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

function resultOf(
  { status, errorMessage }: Response,
  { entries, referrals }: Pending,
): SearchResult {
  return { code: status, diagnostic: errorMessage, entries: entries.map(entryOf), referrals }
}
