import type { Counted, VerificationMemory } from '../port/verification.ts'
import { longestKeptText } from '../port/verification.ts'
import type { ConformanceRunner } from './conformance.ts'

/** The memory of verification under test. */
export interface VerificationMemorySubject {
  readonly memory: VerificationMemory
  /** The same memory as another process reaches it: on a connection of its own. */
  another(): VerificationMemory
  /**
   * Makes everything in the memory so many seconds older: moves its clock on, or the end of each
   * entry back.
   */
  age(seconds: number): void | Promise<void>
  close?(): Promise<void>
}

type Subject = VerificationMemorySubject
type It = (title: string, body: (subject: Subject) => Promise<void>) => void

/** Two keys that a careless comparison takes for one. */
const key = 'Qk3-Conformance_0123456789-abcdefghijklmnopqr'.slice(0, 43)
const sameInAnyCase = key.toLowerCase()

/**
 * The behaviour that every `VerificationMemory` has to have, as one suite.
 *
 * @param create - Called for every test: a fresh and empty subject each time.
 * @example
 * verificationMemoryConformance({ describe, it }, 'my table', async () => {
 *   const clock = { ms: 0 }
 *   const memory = memoryForOneProcess({ now: () => clock.ms })
 *   const age = (seconds: number) => void Object.assign(clock, { ms: clock.ms + seconds * 1_000 })
 *   return { memory, another: () => memory, age }
 * })
 */
export function verificationMemoryConformance(
  runner: ConformanceRunner,
  name: string,
  create: () => Promise<VerificationMemorySubject>,
): void {
  const it: It = (title, body) => {
    runner.it(title, async () => {
      const subject = await create()
      try {
        await body(subject)
      } finally {
        await subject.close?.()
      }
    })
  }
  runner.describe(`${name} conforms to VerificationMemory`, () => {
    countingSuite(it)
    keepingSuite(it)
    racingSuite(it)
  })
}

function countingSuite(it: It): void {
  it('counts from one, for another process too', async ({ memory, another }) => {
    equal((await memory.count(key, 900)).count, 1)
    equal((await another().count(key, 900)).count, 2)
    equal((await memory.count(key, 900)).count, 3)
  })
  it('tells the count without counting, and nothing where nothing was counted', async ({
    memory,
    another,
  }) => {
    equal(await memory.counted(key), undefined)
    await memory.count(key, 900)
    equal((await another().counted(key))?.count, 1)
    equal((await another().counted(key))?.count, 1)
  })
  it('says when the window ends', async ({ memory, age }) => {
    ends(await memory.count(key, 900), 900)
    await age(600)
    ends(await memory.counted(key), 300)
    ends(await memory.count(key, 900), 300)
  })
  it('makes no window longer, also where a later call names a longer one', async ({
    memory,
    age,
  }) => {
    await memory.count(key, 60)
    await age(40)
    equal((await memory.count(key, 3_600)).count, 2)
    await age(21)
    equal(await memory.counted(key), undefined)
  })
  it('begins another window after the end of the first', async ({ memory, another, age }) => {
    await memory.count(key, 60)
    await memory.count(key, 60)
    await age(61)
    equal((await another().count(key, 900)).count, 1)
    ends(await memory.counted(key), 900)
    equal((await memory.count(key, 60)).count, 2)
  })
  it('takes keys that differ in the case of their letters for different', async ({ memory }) => {
    await memory.count(key, 900)
    equal((await memory.count(sameInAnyCase, 900)).count, 1)
    await memory.keep(key, 'one', 900)
    equal(await memory.kept(sameInAnyCase), undefined)
  })
  it('keeps a window open for a day', async ({ memory, age }) => {
    await memory.count(key, 86_400)
    await age(86_000)
    equal((await memory.count(key, 86_400)).count, 2)
  })
}

function keepingSuite(it: It): void {
  it('keeps a text, for another process too, and says for how long', async ({
    memory,
    another,
    age,
  }) => {
    equal(await memory.kept(key), undefined)
    await memory.keep(key, 'one.Text_with-all~signs!"', 300)
    await age(100)
    const kept = await another().kept(key)
    equal(kept?.text, 'one.Text_with-all~signs!"')
    ends(kept, 200)
  })
  it('keeps the longest text whole', async ({ memory, another }) => {
    const text = 'aB3-_.~x'.repeat(longestKeptText / 8)
    await memory.keep(key, text, 300)
    equal((await another().kept(key))?.text, text)
  })
  it('forgets a text when its time is over', async ({ memory, age }) => {
    await memory.keep(key, 'one', 300)
    await age(301)
    equal(await memory.kept(key), undefined)
  })
  it('puts the last text in the place of the one before, with a time of its own', async ({
    memory,
    another,
    age,
  }) => {
    await memory.keep(key, 'one', 60)
    await age(50)
    await another().keep(key, 'two', 300)
    await age(50)
    const kept = await memory.kept(key)
    equal(kept?.text, 'two')
    ends(kept, 250)
    await memory.keep(key, 'three', 10)
    ends(await memory.kept(key), 10)
  })
  it('keeps a text for a key that was forgotten', async ({ memory, age }) => {
    await memory.keep(key, 'one', 60)
    await age(61)
    await memory.keep(key, 'two', 60)
    equal((await memory.kept(key))?.text, 'two')
  })
  it('holds the count and the text of one key apart', async ({ memory, age }) => {
    await memory.count(key, 60)
    await memory.keep(key, 'one', 300)
    equal((await memory.count(key, 60)).count, 2)
    equal((await memory.kept(key))?.text, 'one')
    await age(61)
    equal((await memory.kept(key))?.text, 'one')
    equal((await memory.count(key, 60)).count, 1)
  })
}

function racingSuite(it: It): void {
  const racers = ({ memory, another }: Subject): readonly VerificationMemory[] => [
    memory,
    another(),
    another(),
    another(),
  ]
  const countAtOnce = async (subject: Subject): Promise<readonly number[]> => {
    const calls = racers(subject).flatMap((one) => Array.from({ length: 5 }, () => one))
    const counts = await Promise.all(calls.map((one) => one.count(key, 900)))
    return counts.map(({ count }) => count).sort((a, b) => a - b)
  }
  const each = Array.from({ length: 20 }, (_, i) => i + 1)

  it('gives each of many calls at once a number of its own', async (subject) => {
    equal(await countAtOnce(subject), each)
  })
  it('begins one window where many calls at once come after the end', async (subject) => {
    await subject.memory.count(key, 60)
    await subject.age(61)
    equal(await countAtOnce(subject), each)
  })
  it('keeps one of many texts at once, whole', async (subject) => {
    const texts = racers(subject).map((_, i) => String(i).repeat(1_000))
    await Promise.all(racers(subject).map((one, i) => one.keep(key, texts[i] ?? '', 300)))
    const kept = await subject.memory.kept(key)
    check(texts.includes(kept?.text ?? ''), 'the text is one of those that were kept')
  })
}

/** Whether the end is at most so many seconds away, and at most some seconds nearer. */
function ends(told: Pick<Counted, 'endsInSeconds'> | undefined, seconds: number): void {
  const left = told?.endsInSeconds ?? Number.NaN
  check(
    left > 0 && left > seconds - 60 && left <= seconds + 1,
    `the end is about ${seconds} seconds away, and not ${left}`,
  )
}

function equal(found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)]
  check(one === other, `expected ${other}, and found ${one}`)
}

function check(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(`This VerificationMemory does not conform: ${sentence}`)
}
