import type { SeenDocument, VerificationStanding } from '../../port/verification.ts'
import type { Keys } from './keys.ts'
import { signed, verified } from './keys.ts'

/** Everything that a proof is bound to. */
export interface Proof {
  readonly id: string
  /** Name of the key, so that a proof of a lost key is told apart from a forged one. */
  readonly scope: string
  readonly store: string
  readonly operatorId: string
  readonly userId: string
  /** The account as it was: its password, its status and its displayed identity. */
  readonly version: string
  readonly status: string
  readonly verificationId: string
  readonly method: string
  readonly standing: VerificationStanding
  /** The number or address, masked, and a digest of the whole one. */
  readonly destination: string | undefined
  readonly destinationDigest: string | undefined
  readonly secondPersonId: string | undefined
  readonly document: SeenDocument | undefined
  /** When the caller was identified, in milliseconds since 1970. */
  readonly atMs: number
}

/** Number of the format. Another order of the fields is another format. */
const format = 1
const fieldCount = 16

/** The proof as text, signed. */
export function proofText(keys: Keys, proof: Proof): Promise<string> {
  return signed(keys, 'proof', [
    format,
    proof.id,
    proof.scope,
    proof.store,
    proof.operatorId,
    proof.userId,
    proof.version,
    proof.status,
    proof.verificationId,
    proof.method,
    proof.standing,
    proof.destination ?? null,
    proof.destinationDigest ?? null,
    proof.secondPersonId ?? null,
    proof.document ?? null,
    proof.atMs,
  ])
}

/** What became of a text that came in the place of a proof. */
export type ReadProof =
  | { readonly is: 'ours'; readonly proof: Proof }
  | { readonly is: 'foreign'; readonly keyLabel: string }
  | { readonly is: 'forged' }

/** Reads a proof. The signature makes sure that {@link proofText} wrote the fields. */
export async function readProof(keys: Keys, text: unknown): Promise<ReadProof> {
  const read = await verified(keys, 'proof', text)
  if (read.is !== 'ours') return read
  const { fields } = read
  if (fields[0] !== format || fields.length !== fieldCount) return { is: 'forged' }
  const at = (i: number): string => String(fields[i])
  const optional = (i: number): string | undefined => (fields[i] === null ? undefined : at(i))
  const document = optional(14)
  return {
    is: 'ours',
    proof: {
      id: at(1),
      scope: at(2),
      store: at(3),
      operatorId: at(4),
      userId: at(5),
      version: at(6),
      status: at(7),
      verificationId: at(8),
      method: at(9),
      standing: at(10) === 'proven' ? 'proven' : 'attested',
      destination: optional(11),
      destinationDigest: optional(12),
      secondPersonId: optional(13),
      document: isSeenDocument(document) ? document : undefined,
      atMs: Number(fields[15]),
    },
  }
}

const documents: Readonly<Record<SeenDocument, true>> = {
  staff_badge: true,
  official_document: true,
  known_by_sight: true,
}

/** All kinds of documents. */
export const seenDocuments: readonly SeenDocument[] = Object.freeze(
  Object.keys(documents).filter(isSeenDocument),
)

/** Whether a value is a kind of document. */
export function isSeenDocument(value: unknown): value is SeenDocument {
  return typeof value === 'string' && Object.hasOwn(documents, value)
}
