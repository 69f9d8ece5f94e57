import type { AuditEvent } from '@force-reset/core'
import { memoryRateCounter } from './rate-counter.ts'

/** A function that stores one event. */
type Audit = (event: AuditEvent) => void | Promise<void>

/** Events of one operator in a minute that nobody has to have, and that are stored all the same. */
const mostEvents = 30
const windowSeconds = 60
/** Operators who are counted at a time; beyond this number the oldest is forgotten. */
const mostOperators = 10_000

/**
 * Bounds what one operator can write into the trail. At most 30 events of an operator are stored in
 * a minute that tell of a denial or of a refusal before the attempt. The others are counted: at the
 * end of the minute one `access.omitted` tells how many there were. No event of a reset that was
 * attempted is left out.
 *
 * The handler does so by itself. Pages of your own that call `listUsers` or `viewUser` share the
 * bound when they share the function.
 *
 * @param audit - Stores one event.
 * @param failed - Takes the error where the event that counts could not be stored. Default: nobody.
 * @example
 * const config = { store, authorize, audit: limitedAudit((event) => auditTrail.append(event)) }
 */
export function limitedAudit(audit: Audit, failed?: (error: unknown) => void): Audit {
  const counter = memoryRateCounter(Date.now, { mostKeys: mostOperators })
  const attempted = new Set<string>()
  const omitted = new Map<string, number>()

  const tell = (event: AuditEvent): void => {
    const { schema, action, operatorId, source } = event
    const count = omitted.get(operatorId) ?? 0
    omitted.delete(operatorId)
    const ids = { eventId: crypto.randomUUID(), resetId: crypto.randomUUID() }
    const at = new Date().toISOString()
    Promise.resolve()
      .then(() =>
        audit({ schema, ...ids, at, action, operatorId, source, type: 'access.omitted', count }),
      )
      .catch((error: unknown) => failed?.(error))
  }

  return (event) => {
    const { operatorId, resetId, type } = event
    if (type === 'reset.attempted') attempted.add(resetId)
    else if (!attempted.delete(resetId) && (type === 'access.denied' || type === 'reset.refused')) {
      const { count, secondsLeft } = counter.add(operatorId, 1, windowSeconds)
      if (count > mostEvents) {
        const before = omitted.get(operatorId) ?? 0
        omitted.set(operatorId, before + 1)
        // The timer keeps no process alive: Node has `unref`, and others have no need of it.
        if (before === 0) Object(setTimeout(() => tell(event), secondsLeft * 1_000)).unref?.()
        return undefined
      }
    }
    return audit(event)
  }
}
