import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { testAuthorities } from '@force-reset/testing'
import { expect, it } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'

/** The serial number of the certificate that a new connection is shown. */
async function serialAt(origin: string): Promise<string> {
  const socket = connect({ port: Number(new URL(origin).port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

it('shows a renewed certificate without a restart, and keeps the old for a bad file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-tls-'))
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const authorities = await testAuthorities()
  const [first, second] = [
    await authorities.issue(['127.0.0.1']),
    await authorities.issue(['127.0.0.1']),
  ]
  copyFileSync(first.certificateFile, certPath)
  copyFileSync(first.keyFile, keyPath)
  const read = readSettings({
    PORT: '0',
    OPERATOR_USERNAME: 'op',
    OPERATOR_PASSWORD: 'only for this one test',
    TLS_CERT: certPath,
    TLS_KEY: keyPath,
  })
  if (!read.ok) throw new Error(read.problems.join(' '))
  const lines: string[] = []
  const console = await startConsole(read.settings, {
    log: (line) => void lines.push(line),
    intervalMs: 20,
  })
  try {
    const before = await serialAt(console.origin)
    writeFileSync(certPath, 'no certificate')
    await expect.poll(() => lines.at(-1)).toMatch(/\(ERR_OSSL_\w+\)\. The certificate from before/)
    expect(await serialAt(console.origin)).toBe(before)
    copyFileSync(second.certificateFile, certPath)
    await expect.poll(() => lines.at(-1)).toMatch(/KEY_VALUES_MISMATCH\)\. The certificate from/)
    expect(await serialAt(console.origin)).toBe(before)
    rmSync(keyPath)
    await expect.poll(() => lines.at(-1)).toMatch(/^TLS_KEY names a file that cannot be read/)
    copyFileSync(second.keyFile, keyPath)
    await expect
      .poll(() => lines.at(-1))
      .toBe('The new certificate of TLS_CERT and TLS_KEY is in use.')
    expect(await serialAt(console.origin)).not.toBe(before)
  } finally {
    await console.close()
    rmSync(folder, { recursive: true })
  }
})
