import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { Observation } from '../dialect/observation.ts'

const dayMs = 86_400_000
/** A certificate that ends within so many days is worth a warning. */
const soonDays = 30

/**
 * A certificate that has been verified: how long it and those that vouch for it are still valid.
 */
export function certificateObservation(end: number, now: number): Observation {
  const days = Math.floor((end - now) / dayMs)
  const date = Number.isNaN(end) ? '' : new Date(end).toISOString().slice(0, 10)
  if (Number.isNaN(end))
    return {
      check: 'certificate',
      level: 'unknown',
      message: 'The certificate is trusted; when it ends could not be read.',
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
    message: `The certificate, or one that vouches for it, ends on ${date}, in ${Math.max(days, 0)} days. From then on nobody can be reset.`,
    cure: renew,
  }
}

const renew = 'Renew the certificate in time, and its authority in tls.ca with it if that ends.'

/**
 * When the first certificate of the chain ends, in milliseconds since 1970; not a number where that
 * is not known.
 */
export function earliestEnd(socket: TLSSocket): number {
  const ends: number[] = []
  const seen = new Set<string>()
  // The last one vouches for itself.
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
