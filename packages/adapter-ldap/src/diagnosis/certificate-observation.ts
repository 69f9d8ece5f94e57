import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { Observation } from '../dialect/observation.ts'

const dayMs = 86_400_000
/** A certificate that ends within this many days gets a warning. */
const soonDays = 30

/**
 * How long a verified certificate, and the certificates that vouch for it, are still valid.
 *
 * @example
 * const certificate = certificateObservation(earliestEnd(socket), now())
 */
export function certificateObservation(end: number, now: number): Observation {
  const days = Math.floor((end - now) / dayMs)
  const date = Number.isNaN(end) ? '' : new Date(end).toISOString().slice(0, 10)
  if (Number.isNaN(end))
    return {
      check: 'certificate',
      level: 'unknown',
      message: 'The certificate is trusted. Its end could not be read.',
      cure: renew,
    }
  if (days >= soonDays)
    return {
      check: 'certificate',
      level: 'ok',
      message: `The certificate is trusted, for this name, and valid until ${date}.`,
    }
  return {
    check: 'certificate',
    level: 'warning',
    message:
      `The certificate, or one that vouches for it, ends on ${date}, ` +
      `in ${Math.max(days, 0)} days. From then on nobody can be reset.`,
    cure: renew,
  }
}

const renew =
  'Renew the certificate in time. If its authority ends too, renew the authority in tls.ca as well.'

/**
 * The earliest end in the chain of certificates, in milliseconds since 1970; `NaN` where an end
 * cannot be read.
 *
 * @example
 * const days = Math.floor((earliestEnd(socket) - Date.now()) / 86_400_000)
 */
export function earliestEnd(socket: TLSSocket): number {
  const ends: number[] = []
  const seen = new Set<string>()
  // The last certificate vouches for itself.
  for (
    let one: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
    one !== undefined;
    one = one.issuerCertificate
  ) {
    if (seen.has(one.fingerprint256)) break
    seen.add(one.fingerprint256)
    ends.push(Date.parse(one.valid_to))
  }
  return Math.min(...ends)
}
