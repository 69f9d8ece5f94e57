import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './caretaker.ts'
import { mustRun } from './run-tool.ts'

/**
 * The fault of a server's certificate: signed by an authority that nobody trusts, issued to another
 * name, expired, or about to expire in two days.
 */
export type CertificateFault = 'none' | 'untrusted' | 'wrong_name' | 'expired' | 'expires_soon'

/** A certificate with its key, as files (key: mode 0600). */
export interface ThrowawayCertificate {
  readonly certificateFile: string
  readonly keyFile: string
  /** The authority that signed it. */
  readonly authorityFile: string
}

/** Two certificate authorities of one run, one of them trusted. */
export interface ThrowawayAuthorities {
  /** PEM of the authority that tests trust. */
  readonly ca: string
  readonly caFile: string
  /** PEM of another authority of the same name, to be trusted by mistake. */
  readonly untrustedCa: string
  /**
   * Makes a certificate with a fault. Default `none`.
   *
   * @param names - IP addresses and host names of the server, for the subject's alternative names.
   */
  issue(names: readonly string[], fault?: CertificateFault): Promise<ThrowawayCertificate>
}

/** ECDSA on P-256 is made in ten milliseconds. OpenSSL, GnuTLS and NSS understand it. */
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/**
 * Days for which certificates are valid. With a negative number a certificate ends before it
 * begins, which every verifier calls expired.
 */
const days = { none: 90, expires_soon: 2, expired: -1 } as const

/** Makes certificate authorities in `folder`, with `openssl`. */
async function throwawayAuthorities(folder: string): Promise<ThrowawayAuthorities> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await Promise.all([makeAuthority(folder, 'ca'), makeAuthority(folder, 'untrusted-ca')])
  let issued = 0
  const caFile = join(folder, 'ca.pem')
  return {
    ca: await readFile(caFile, 'utf8'),
    caFile,
    untrustedCa: await readFile(join(folder, 'untrusted-ca.pem'), 'utf8'),
    issue(names, fault = 'none') {
      issued += 1
      return issue({ folder, name: `server-${issued}`, names, fault })
    },
  }
}

async function makeAuthority(folder: string, name: string): Promise<void> {
  await mustRun('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-days',
    String(days.none),
    '-subj',
    '/CN=Throwaway test authority',
    '-keyout',
    join(folder, `${name}.key`),
    '-out',
    join(folder, `${name}.pem`),
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ])
}

interface IssueOrder {
  readonly folder: string
  readonly name: string
  readonly names: readonly string[]
  readonly fault: CertificateFault
}

async function issue({ folder, name, names, fault }: IssueOrder): Promise<ThrowawayCertificate> {
  const authority = join(folder, fault === 'untrusted' ? 'untrusted-ca' : 'ca')
  const files = { request: join(folder, `${name}.csr`), extensions: join(folder, `${name}.ext`) }
  const made = {
    certificateFile: join(folder, `${name}.pem`),
    keyFile: join(folder, `${name}.key`),
    authorityFile: `${authority}.pem`,
  }
  const alternatives = (fault === 'wrong_name' ? ['elsewhere.example.test'] : names).map(
    (each) => `${/^[\d.]+$|:/.test(each) ? 'IP' : 'DNS'}:${each}`,
  )
  await mustRun('openssl', [
    'req',
    '-new',
    ...newKey,
    '-subj',
    '/CN=Throwaway test server',
    '-keyout',
    made.keyFile,
    '-out',
    files.request,
  ])
  await writeFile(
    files.extensions,
    [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
      `subjectAltName=${alternatives.join(',')}`,
    ].join('\n'),
  )
  await mustRun('openssl', [
    'x509',
    '-req',
    '-in',
    files.request,
    '-CA',
    `${authority}.pem`,
    '-CAkey',
    `${authority}.key`,
    '-extfile',
    files.extensions,
    '-set_serial',
    `0x${crypto.randomUUID().replaceAll('-', '').slice(0, 30)}`,
    '-out',
    made.certificateFile,
    '-days',
    String(fault === 'expired' || fault === 'expires_soon' ? days[fault] : days.none),
  ])
  return made
}

let shared: Promise<ThrowawayAuthorities> | undefined

/** The authorities that all servers of this process share, made on the first call. */
export function testAuthorities(): Promise<ThrowawayAuthorities> {
  shared ??= throwawayAuthorities(temporaryFolder('authorities'))
  return shared
}
