import { ForceResetError } from '../../port/errors.ts'
import type { OfferedDestination } from '../../port/verification.ts'
import type { Operator } from '../../reset/config.ts'
import type { Hears } from '../../reset/heard.ts'
import { boundedText } from '../../text/visible-text.ts'
import { askApplication } from './ask-application.ts'
import type { Destination, FindDestinations, MethodQuestion } from './methods.ts'

/** How long after a change a number or an address is closed, in milliseconds: 14 days. */
const closedAfterChangeMs = 1_209_600_000
/** Most destinations of an account that are looked at. */
const mostDestinations = 20
const longestName = 64
const longestAddress = 200

/** A destination, every field checked. */
export interface CheckedDestination extends OfferedDestination {
  readonly given: Destination
  readonly address: string
  readonly voucherId: string | undefined
}

/** The destinations of an account; `undefined` where the function of the application fails. */
export async function destinationsOf<O extends Operator>(
  hears: Hears,
  find: FindDestinations<O>,
  { operator, user }: Omit<MethodQuestion<O>, 'signal'>,
  now: Date,
): Promise<readonly CheckedDestination[] | undefined> {
  return askApplication(hears, 'destinations', async (signal) => {
    const given = await find({ operator, user: { ...user }, signal })
    if (!Array.isArray(given)) throw wrong('destinations must be a list')
    const checked = given.slice(0, mostDestinations).map((one) => checkedDestination(one, now))
    if (new Set(checked.map(({ name }) => name)).size < checked.length)
      throw wrong('two destinations of an account have one name')
    return checked
  })
}

function checkedDestination(given: Destination, now: Date): CheckedDestination {
  const { name, label = name, address, of = 'person', voucherId, changedAt } = given
  if (!isText(name, longestName) || !isText(label, longestName) || !isText(address, longestAddress))
    throw wrong('a destination needs a name, and an address of at most 200 characters')
  if (of !== 'person' && of !== 'place' && of !== 'voucher')
    throw wrong("of must be 'person', 'place' or 'voucher'")
  if ((of === 'voucher') !== isText(voucherId, 256))
    throw wrong("voucherId is for a destination of a 'voucher', and has to stand there")
  // A change that cannot be read counts as one of just now.
  const changed = changedAt === undefined ? Number.NEGATIVE_INFINITY : new Date(changedAt).getTime()
  return {
    given,
    name,
    label: boundedText(label, longestName),
    address,
    masked: maskOf(address),
    of,
    voucherId,
    closed: !(now.getTime() - changed > closedAfterChangeMs),
  }
}

/** The last three characters, and of a short address nothing. */
function maskOf(address: string): string {
  const characters = Array.from(boundedText(address, longestAddress).replace(/\s+/g, ''))
  return `…${characters.length < 7 ? '' : characters.slice(-3).join('')}`
}

/** How people and the trail call a destination: `Mobile …123`. */
export function maskedName({
  label,
  masked,
}: Pick<OfferedDestination, 'label' | 'masked'>): string {
  return `${label} ${masked}`
}

/** The destination as an operator sees it, before a number is shown. */
export function offered({
  name,
  label,
  masked,
  of,
  closed,
}: CheckedDestination): OfferedDestination {
  return { name, label, masked, of, closed }
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest
}

function wrong(words: string): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', words)
}
