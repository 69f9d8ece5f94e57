import type { OfferedMethod, VerificationOffer, VerificationReason } from '@force-reset/core'
import type { WireClosed, WireMethod, WireVerification } from './wire-verification.ts'

/** How the caller can be identified, for the wire, field by field. */
export function wireVerification(offer: VerificationOffer): WireVerification {
  const { resets, notIdentified, lastNotIdentified, suspicious } = offer.recent
  return {
    sets: offer.sets,
    methods: offer.methods.map(wireMethod),
    recent: {
      resets,
      notIdentified,
      lastNotIdentified: lastNotIdentified && {
        at: lastNotIdentified.at,
        operatorId: lastNotIdentified.operatorId,
        why: lastNotIdentified.why,
      },
      suspicious,
    },
    override: offer.override,
    closed: offer.closed && wireClosed(offer.closed),
  } satisfies Record<keyof WireVerification, unknown>
}

function wireMethod(method: OfferedMethod): WireMethod {
  return {
    name: method.name,
    kind: method.kind,
    standing: method.standing,
    destinations: method.destinations?.map(({ name, label, masked, of, closed }) => ({
      name,
      label,
      masked,
      of,
      closed,
    })),
    documents: method.documents,
    vouchers: method.vouchers?.map(({ id, name }) => ({ id, name })),
    address: method.address,
    unavailable: method.unavailable && wireClosed(method.unavailable),
  } satisfies Record<keyof WireMethod, unknown>
}

function wireClosed({ key, what, cure, parameters }: VerificationReason): WireClosed {
  return { key, detail: cure === undefined ? what : `${what} ${cure}`, parameters }
}
