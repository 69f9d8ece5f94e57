import { connect, createServer, type Server, type Socket } from 'node:net'
import { type FaultLane, faultLane, type LaneItem, type LaneWeather } from './fault-lane.ts'

/** The way that bytes go. */
export type FaultDirection = 'to_server' | 'to_client'

/** One byte of a conversation, and the way in which the connection ends there. */
export interface ByteCut {
  readonly direction: FaultDirection
  /**
   * Number of the byte, from 1. The bytes of the direction are counted from the call on, over all
   * connections.
   */
  readonly byte: number
  /** `reset`: as a firewall does. `end`: as a server does that shuts down in order. */
  readonly how: 'reset' | 'end'
}

/** Bytes that arrived together. */
export interface RecordedChunk {
  /** The connection, counted from 1 since the start of the proxy. */
  readonly connection: number
  readonly direction: FaultDirection
  readonly bytes: Buffer
}

/** Bytes of one direction that are held back. */
export interface Stall {
  /** Resolves when the first bytes are held: they were sent, and have not been received. */
  readonly holding: Promise<void>
  /** Bytes held now, on all connections. */
  readonly heldBytes: number
  /**
   * Hands on the held bytes in order, also when their sender is gone by now. Harmless when called
   * again.
   */
  release(): void
}

/**
 * A proxy that breaks connections on demand. The proxy only counts bytes, so TLS passes through
 * untouched.
 */
export interface FaultProxy {
  readonly host: string
  readonly port: number
  /** Connections accepted since the start, refused ones included. */
  readonly connections: number
  /** Connections open now. */
  readonly openConnections: number
  /** Bytes that each side has sent since the start, held bytes included. */
  readonly arrivedBytes: Readonly<Record<FaultDirection, number>>
  /**
   * Round trips since the start, on all connections: how often a client began to send after the
   * server had sent. Several messages sent together count as one for certain only while bytes to
   * the server are gathered. Otherwise the first answer may come in between.
   */
  readonly roundTrips: number

  /**
   * Holds back the bytes of one direction on every connection, present and future. The other
   * direction goes on.
   */
  stall(direction: FaultDirection): Stall
  /**
   * From now on gathers the bytes of one direction until the sender has no more to send. The proxy
   * takes that for granted after 20 turns of the event loop in which nothing arrived on the
   * connection. The sender has to be in this process.
   */
  gather(direction: FaultDirection): void
  /**
   * Resets every open connection on both sides, as a firewall does that has forgotten them. Held
   * bytes are lost. Returns the number of connections.
   */
  cut(): number
  /**
   * Resets the next connection on which a client sends bytes, before the server gets any of them.
   * Resolves when that has happened.
   */
  cutBeforeRequest(): Promise<void>
  /**
   * Cuts one connection at a byte, once: everything before the byte is handed on, and the byte and
   * everything after it is lost. Resolves when that has happened.
   */
  cutAtByte(cut: ByteCut): Promise<void>
  /**
   * Loses so many connections: each time that a client begins to send, as
   * {@link FaultProxy.cutBeforeRequest} does. Resolves after the last one.
   */
  loseNext(connections: number): Promise<void>
  /**
   * Keeps everything that arrives from now on, until `pass` is called. The array grows meanwhile.
   */
  record(): readonly RecordedChunk[]
  /**
   * Lets the next request pass, waits for the answer, and resets the connection in place of the
   * answer. The server has then done its work, and the client does not know. Resolves when that has
   * happened.
   *
   * A request is everything that a client sends until the server sends something. The first
   * requests of a connection are the handshakes of TLS and of the protocol: call this after them.
   *
   * @param request - Number of the request from now on, counted on each connection. Default 1.
   */
  cutBeforeAnswer(request?: number): Promise<void>
  /** Resets new connections at once. Open connections stay. */
  refuse(): void
  /**
   * Ends every fault: releases stalls, ends gathering and recording, forgets cuts that have not
   * happened, and accepts connections again.
   */
  pass(): void
  /** Resets all connections and stops listening. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The server behind a proxy. */
export interface FaultProxyOptions {
  readonly to: { readonly host: string; readonly port: number }
}

interface Connection {
  readonly number: number
  readonly client: Socket
  readonly server: Socket
  readonly lanes: Readonly<Record<FaultDirection, FaultLane>>
}

/** How a connection ends: `passing` bytes of the last chunk are handed on before. */
interface Ending {
  readonly passing: number
  readonly how: ByteCut['how']
  sprung(): void
}

/** Is asked when bytes have arrived. */
type Trap = (
  connection: Connection,
  direction: FaultDirection,
  bytes: number,
) => Pick<Ending, 'passing' | 'how'> | undefined

/** The end of a connection that nothing more goes through. */
const cutHere = { passing: 0, how: 'reset' } as const

/**
 * Starts a proxy on a free port of 127.0.0.1, in this process. The proxy hands on everything until
 * a fault is asked for.
 *
 * @example
 * await using proxy = await startFaultProxy({ to: server.ldaps })
 */
export async function startFaultProxy({ to }: FaultProxyOptions): Promise<FaultProxy> {
  const host = '127.0.0.1'
  const weather: Readonly<Record<FaultDirection, LaneWeather>> = {
    to_server: { stalled: false, gathering: false },
    to_client: { stalled: false, gathering: false },
  }
  const arrivedBytes = { to_server: 0, to_client: 0 }
  const open = new Set<Connection>()
  const ending = new Set<Connection>()
  const traps = new Map<Trap, () => void>()
  const recordings = new Set<RecordedChunk[]>()
  const holding = new Map<FaultDirection, () => void>()
  const lastSpeaker = new WeakMap<Connection, FaultDirection>()
  let roundTrips = 0
  let connections = 0
  let refusing = false

  const reset = (connection: Connection) => {
    open.delete(connection)
    ending.delete(connection)
    for (const lane of Object.values(connection.lanes)) lane.discard()
    connection.client.resetAndDestroy()
    connection.server.resetAndDestroy()
  }
  const endAfter = (
    connection: Connection,
    direction: FaultDirection,
    last: Buffer,
    { how, sprung }: Ending,
  ) => {
    open.delete(connection)
    ending.add(connection)
    const { client, server } = connection
    const sink = direction === 'to_server' ? server : client
    // The callback is called with an error too: a sink that is gone is reset all the same.
    sink.write(last, () => {
      sprung()
      if (how === 'reset') return reset(connection)
      for (const socket of [client, server]) socket.end()
    })
  }
  const trapped = (
    connection: Connection,
    direction: FaultDirection,
    chunk: Buffer,
  ): Ending | undefined => {
    for (const [trap, sprung] of traps) {
      const found = trap(connection, direction, chunk.length)
      if (found) {
        traps.delete(trap)
        return { ...found, sprung }
      }
    }
    return undefined
  }
  const arrive = (connection: Connection, direction: FaultDirection, item: LaneItem) => {
    if (!open.has(connection)) return
    if (typeof item !== 'string') {
      arrivedBytes[direction] += item.length
      if (direction === 'to_server' && lastSpeaker.get(connection) !== 'to_server') roundTrips += 1
      lastSpeaker.set(connection, direction)
      for (const recording of recordings)
        recording.push({ connection: connection.number, direction, bytes: item })
      const end = trapped(connection, direction, item)
      if (end) return endAfter(connection, direction, item.subarray(0, end.passing), end)
    }
    connection.lanes[direction].arrive(item)
    if (weather[direction].stalled && typeof item !== 'string') holding.get(direction)?.()
  }
  const join = (connection: Connection, direction: FaultDirection, source: Socket) => {
    let ended = false
    const end = (how: 'end' | 'reset') => {
      if (!ended) arrive(connection, direction, how)
      ended = true
    }
    source.on('data', (chunk: Buffer) => arrive(connection, direction, chunk))
    source.on('end', () => end('end'))
    // The client sees that a server refuses or resets. But the server still reads everything that
    // a client had sent before it went.
    source.on('error', () => end(direction === 'to_client' ? 'reset' : 'end'))
    source.on('close', () => {
      end('end')
      if (!connection.client.destroyed || !connection.server.destroyed) return
      open.delete(connection)
      ending.delete(connection)
    })
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections += 1
    if (refusing) {
      client.resetAndDestroy()
      return
    }
    const server = connect({ ...to, allowHalfOpen: true, noDelay: true })
    const lanes = {
      to_server: faultLane(server, weather.to_server),
      to_client: faultLane(client, weather.to_client),
    }
    const connection: Connection = { number: connections, client, server, lanes }
    open.add(connection)
    join(connection, 'to_server', client)
    join(connection, 'to_client', server)
  })
  const port = await listenOn(listener, host)

  const pump = (direction: FaultDirection) => {
    for (const { lanes } of open) lanes[direction].pump()
  }
  const release = (direction: FaultDirection) => {
    weather[direction].stalled = false
    pump(direction)
  }
  const springTrap = (trap: Trap) =>
    new Promise<void>((resolve) => {
      traps.set(trap, resolve)
    })
  const cutBeforeRequest = () =>
    springTrap((_, direction) => (direction === 'to_server' ? cutHere : undefined))
  const cut = () => {
    const cutConnections = [...open]
    cutConnections.forEach(reset)
    return cutConnections.length
  }
  const stop = async () => {
    refusing = true
    cut()
    ending.forEach(reset)
    await new Promise<void>((resolve) => {
      listener.close(() => resolve())
    })
  }

  return {
    host,
    port,
    arrivedBytes,
    cut,
    stop,
    get connections() {
      return connections
    },
    get openConnections() {
      return open.size
    },
    get roundTrips() {
      return roundTrips
    },
    stall(direction) {
      weather[direction].stalled = true
      return {
        holding: new Promise((resolve) => {
          holding.set(direction, resolve)
        }),
        get heldBytes() {
          return [...open].reduce((sum, { lanes }) => sum + lanes[direction].heldBytes, 0)
        },
        release: () => release(direction),
      }
    },
    gather(direction) {
      weather[direction].gathering = true
    },
    cutBeforeRequest,
    cutAtByte: (cut) => springTrap(byteTrap(cut)),
    async loseNext(count) {
      for (let lost = 0; lost < count; lost += 1) await cutBeforeRequest()
    },
    record() {
      const recording: RecordedChunk[] = []
      recordings.add(recording)
      return recording
    },
    cutBeforeAnswer: (request = 1) => springTrap(answerTrap(request)),
    refuse() {
      refusing = true
    },
    pass() {
      refusing = false
      traps.clear()
      recordings.clear()
      for (const direction of ['to_server', 'to_client'] as const) {
        weather[direction].gathering = false
        release(direction)
      }
    },
    [Symbol.asyncDispose]: stop,
  }
}

function byteTrap({ direction: cutDirection, byte, how }: ByteCut): Trap {
  let passed = 0
  return (_, direction, bytes) => {
    if (direction !== cutDirection) return undefined
    if (passed + bytes >= byte) return { passing: byte - 1 - passed, how }
    passed += bytes
    return undefined
  }
}

function answerTrap(request: number): Trap {
  const seen = new WeakMap<Connection, { requests: number; last: FaultDirection }>()
  return (connection, direction) => {
    const { requests, last } = seen.get(connection) ?? { requests: 0, last: 'to_client' }
    if (direction === 'to_client' && requests >= request) return cutHere
    seen.set(connection, {
      requests: direction === 'to_server' && last === 'to_client' ? requests + 1 : requests,
      last: direction,
    })
    return undefined
  }
}

function listenOn(listener: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.on('error', reject)
    listener.listen({ host, port: 0 }, () => {
      const address = listener.address()
      if (address === null || typeof address === 'string')
        reject(new Error('A listening socket has no port.'))
      else resolve(address.port)
    })
  })
}
