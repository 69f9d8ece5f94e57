import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scanMemory } from '../../../../testing/src/secrets/scan-memory.ts'
import { searchFiles } from '../../../../testing/src/secrets/search-files.ts'
import { elementText } from '../../scripts/element-text.ts'
import { canary, respondToReset } from './user-page.fixture.ts'

/** What all processes of a browser hold of the password, pieces of eight characters included. */
export interface BrowserScan {
  readonly found: number
  readonly scannedBytes: number
}

/**
 * What was found while the page was open, and in the browser's profile when it was shut: history,
 * what was typed into forms, caches, sessions.
 */
export interface BrowserSearch {
  readonly scans: Readonly<Record<string, BrowserScan>>
  readonly filesWithIt: readonly string[]
  readonly files: number
}

/**
 * Has a page reset a password by itself, and scans the whole browser whenever the page says so
 * (`await scan('shown')`). No developer tools are attached, because they keep every response.
 */
export async function searchBrowser(
  executablePath: string,
  script: string,
): Promise<BrowserSearch> {
  const scans: Record<string, BrowserScan> = {}
  const element = await elementText()
  const view = JSON.stringify({
    user: { id: '42', username: 'kim', status: 'active', privileged: false, version: '1' },
    reset: { allowed: true, survives: [] },
  })
  const profile = mkdtempSync(join(tmpdir(), 'force-reset-browser-'))
  let finish = (): void => undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (request.method === 'POST') return await respondToReset()(request, response)
    if (path.startsWith('/scan/')) {
      scans[path.slice('/scan/'.length)] = await scanProcesses(browserProcesses(profile))
    }
    if (path === '/finished') finish()
    const bodies: Readonly<Record<string, readonly [string, string]>> = {
      '/': ['text/html', page],
      '/element.js': ['text/javascript', element],
      '/page.js': ['text/javascript', `${helpers}\n${script}\nawait fetch('/finished')`],
    }
    const [type, body] = bodies[path] ?? ['application/json', view]
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const quiet = [
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  const child = spawn(
    executablePath,
    [
      '--headless',
      '--no-sandbox',
      ...quiet,
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  try {
    await Promise.race([finished, exited])
    child.kill('SIGTERM')
    await exited
    const { sightings, files } = await searchFiles([profile], [canary])
    return { scans, filesWithIt: sightings.map(({ file }) => file), files }
  } finally {
    child.kill('SIGTERM')
    await exited
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

/** The processes whose parents are the browser with this profile. */
function browserProcesses(profile: string): readonly number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)))
  const mine = new Set(all.filter(({ command }) => command.includes(profile)).map(({ pid }) => pid))
  for (let before = -1; before !== mine.size; ) {
    before = mine.size
    for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid)
  }
  return [...mine]
}

function processOf(
  pid: number,
): readonly { readonly pid: number; readonly parent: number; readonly command: string }[] {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1])
    return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }]
  } catch {
    // It has ended meanwhile.
    return []
  }
}

async function scanProcesses(pids: readonly number[]): Promise<BrowserScan> {
  let found = 0
  let scannedBytes = 0
  for (const pid of pids) {
    const scan = await scanMemory(pid, canary)
    found += scan.total
    scannedBytes += scan.scannedBytes
  }
  return { found, scannedBytes }
}

const page = `<!doctype html><meta charset="utf-8"><title>Console</title>
<force-password-reset base="/api" user-id="42"></force-password-reset>
<script type="module" src="/element.js"></script><script type="module" src="/page.js"></script>`

const helpers = `
const trees = () => ['-dialog', ''].map((end) =>
  document.querySelector('force-password-reset' + end)?.shadowRoot)
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function find(selector) {
  for (;;) {
    const element = trees().map((tree) => tree?.querySelector(selector)).find((one) => one)
    if (element && !element.hasAttribute('aria-disabled')) return element
    await pause(20)
  }
}
async function scan(name) {
  await pause(300)
  await fetch('/scan/' + name)
}`
