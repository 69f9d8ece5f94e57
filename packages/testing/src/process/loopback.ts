import { readdir, readFile, readlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'

/** The network address of a server. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** Whether something accepts connections at an address. */
export function canConnect({ host, port }: ServerAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.on('error', () => resolve(undefined))
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

/**
 * Different ports that nothing listens on at this moment. Another process may take one of them
 * before a server does: see {@link onFreePorts}.
 */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const servers: Server[] = []
  for (let index = 0; index < count; index += 1) {
    const server = await listen(host, 0)
    if (!server) throw new Error(`No port is free on ${host}.`)
    servers.push(server)
  }
  const ports = servers.map((server) => {
    const address = server.address()
    if (address === null || typeof address === 'string')
      throw new Error('A listening socket has no port.')
    return address.port
  })
  await Promise.all(servers.map(close))
  return ports
}

/**
 * Starts a server on free ports of 127.0.0.1, one for each name.
 *
 * Another process may take a port between the look and the start. So the start is tried three times
 * at most, each time on other ports.
 */
export async function onFreePorts<Name extends string, Started>(
  names: readonly Name[],
  start: (ports: Readonly<Record<Name, ServerAddress>>) => Promise<Started>,
): Promise<{
  readonly ports: Readonly<Record<Name, ServerAddress>>
  readonly started: Started
}> {
  const host = '127.0.0.1'
  for (let attempt = 1; ; attempt += 1) {
    const free = await freePorts(names.length, host)
    const addresses = names.map((name, index) => [name, { host, port: free[index] ?? 0 }] as const)
    const ports = Object.fromEntries(addresses) as Record<Name, ServerAddress>
    try {
      return { ports, started: await start(ports) }
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

/** A loopback address that no other server of these tests uses. */
export interface ClaimedAddress {
  readonly address: string
  release(): Promise<void>
}

/** The port that holds a claim. The kernel gives out no port as high as this by itself. */
const claimPort = 61_389
const firstHost = 5
const lastHost = 254

/**
 * Claims one of 127.0.0.5 … 127.0.0.254 for a server that cannot choose its ports.
 *
 * The claim is a listening socket on that address. So two processes never get the same address, and
 * the kernel releases the address when a process dies.
 *
 * @param ports - Ports that must be free on the address.
 */
export async function claimLoopbackAddress(ports: readonly number[]): Promise<ClaimedAddress> {
  for (let host = firstHost; host <= lastHost; host += 1) {
    const address = `127.0.0.${host}`
    const claim = await listen(address, claimPort)
    if (!claim) continue
    claim.unref()
    if (await allFree(address, ports)) return { address, release: () => close(claim) }
    await close(claim)
  }
  throw new Error(
    `No loopback address has the ports ${ports.join(', ')} free (ports below 1024 need root).`,
  )
}

async function allFree(address: string, ports: readonly number[]): Promise<boolean> {
  for (const port of ports) {
    const server = await listen(address, port)
    if (!server) return false
    await close(server)
  }
  return true
}

/** One listening socket. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp'
  /** `127.0.0.1`, or for IPv6 the 32 hexadecimal digits that the kernel shows. */
  readonly address: string
  readonly port: number
}

/** Every TCP and UDP socket on which the process group of `pid` listens, read from `/proc`. */
export async function listeningSockets(pid: number): Promise<ListeningSocket[]> {
  const inodes = new Set<string>()
  for (const member of await membersOfGroup(pid))
    for (const inode of await socketInodes(member)) inodes.add(inode)
  const sockets: ListeningSocket[] = []
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
    for (const row of await socketTable(table)) if (inodes.has(row.inode)) sockets.push(row.socket)
  }
  return sockets
}

/** The {@link listeningSockets} that other machines could reach. */
export async function exposedSockets(pid: number): Promise<ListeningSocket[]> {
  return (await listeningSockets(pid)).filter(
    ({ address }) => !address.startsWith('127.') && address !== ipv6Loopback,
  )
}

/** `::1` as `/proc/net/tcp6` shows it. */
const ipv6Loopback = '00000000000000000000000001000000'

async function membersOfGroup(pid: number): Promise<number[]> {
  const members: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // The command stands in parentheses and may hold anything. Behind it: state, parent, process
    // group, session.
    const [, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (
      Number(name) === pid ||
      Number(group) === pid ||
      Number(session) === pid ||
      Number(parent) === pid
    )
      members.push(Number(name))
  }
  return members
}

async function socketInodes(pid: number): Promise<string[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')),
  )
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}

const tcpListening = '0A'
const udpUnconnected = '07'

async function socketTable(
  table: 'tcp' | 'tcp6' | 'udp' | 'udp6',
): Promise<{ inode: string; socket: ListeningSocket }[]> {
  const protocol = table.startsWith('tcp') ? 'tcp' : 'udp'
  const wanted = protocol === 'tcp' ? tcpListening : udpUnconnected
  const rows = (await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')).split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/)
    if (!local || !inode || state !== wanted) return []
    const [address = '', port = ''] = local.split(':')
    return [
      {
        inode,
        socket: { protocol, address: readableAddress(address), port: Number.parseInt(port, 16) },
      },
    ]
  })
}

/** The kernel prints an IPv4 address as a number in the machine's byte order: `0100007F`. */
function readableAddress(hex: string): string {
  if (hex.length !== 8) return hex
  return (hex.match(/../g) ?? [])
    .map((byte) => Number.parseInt(byte, 16))
    .reverse()
    .join('.')
}
