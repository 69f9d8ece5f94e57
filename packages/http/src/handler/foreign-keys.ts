import { ForceResetError } from '@force-reset/core'

/** Labels that the log is told of at most: operators could make up any number. */
const mostLabels = 8

/** What a key makes that operators send back. */
type Keyed = 'version' | 'cursor' | 'proof'

/** Tells of keys that this process does not have. */
export type ForeignKeys = (keyed: Keyed, label: string) => void

/**
 * Tells of each label once, and of at most eight labels of each kind. So two
 * processes without a common secret are heard of at once, and no operator floods the log.
 */
export function foreignKeys(tell: (error: ForceResetError) => void): ForeignKeys {
  const told: Readonly<Record<Keyed, Set<string>>> = {
    version: new Set(),
    cursor: new Set(),
    proof: new Set(),
  }
  return (keyed, label) => {
    if (told[keyed].has(label) || told[keyed].size >= mostLabels) return
    told[keyed].add(label)
    const owner = keyed === 'version' ? 'store' : 'handler'
    tell(
      new ForceResetError(
        'ERR_INVALID_CONFIG',
        `A ${keyed} was made with the key "${label}", which this process does not have. A label ` +
          'like "no-secret-…" stands for a process without a secret, such as this process before ' +
          `its restart. Give the ${owner}s of all processes the same secret.`,
      ),
    )
  }
}
