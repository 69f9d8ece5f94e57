import type { AuditEvent, ForceResetConfig, ReportedError, User } from '../../index.ts'
import { forceReset, viewUser } from '../../index.ts'
import type { MemoryUserStore } from '../../testing/index.ts'
import { memoryUserStore } from '../../testing/index.ts'
import type {
  AnswerRequest,
  CodeMessage,
  ConfirmationQuestion,
  StartRequest,
  VerificationAlert,
  VerificationMemory,
  VerificationOptions,
} from '../../verification.ts'
import {
  answerVerification,
  application,
  callBack,
  confirmed,
  inPerson,
  memoryForOneProcess,
  secondPerson,
  sentCode,
  startVerification,
  verification,
} from '../../verification.ts'

/** An operator of the tests. */
export interface Agent {
  readonly id: string
  readonly username?: string | undefined
  readonly email?: string | undefined
  readonly tenant?: string | undefined
}

export const novak: Agent = { id: 'op-novak', username: 'a.novak' }
export const ito: Agent = { id: 'op-ito', username: 's.ito' }

/** Numbers that stand nowhere but in the answers of the application. */
export const numbers = {
  mobile: '+49 170 5550123',
  ward: '+49 30 5554321',
  manager: '+49 30 5559876',
}
export const secret = 'c0ffee'.repeat(11)
/** Where the clock of the tests begins. */
export const began = Date.UTC(2026, 9, 25, 12)

/** What a test may change. */
export interface SiteOptions {
  readonly verification?: Partial<VerificationOptions<Agent>> | undefined
  readonly config?: Partial<ForceResetConfig<Agent>> | undefined
  /** Answers of the application in place of the ordinary ones. */
  readonly destinations?: (() => never) | undefined
  readonly deliver?: ((message: CodeMessage) => unknown) | undefined
  readonly mayVouch?: (() => unknown) | undefined
  readonly verify?: (() => unknown) | undefined
  /** The card that identifies the person. */
  readonly card?: string | undefined
}

/** A help desk with one account to reset, and everything that can be seen of it. */
export interface Site {
  readonly store: MemoryUserStore
  readonly memory: VerificationMemory
  readonly config: ForceResetConfig<Agent>
  readonly events: AuditEvent[]
  readonly errors: ReportedError[]
  readonly alerts: VerificationAlert[]
  readonly messages: CodeMessage[]
  readonly questions: ConfirmationQuestion[]
  /** Every text that the memory was handed. */
  readonly remembered: string[]
  /** Moves every clock on. */
  later(seconds: number): void
  /** The same help desk in another process: the same memory, trail and store. */
  another(change?: SiteOptions): Site
  user(operator?: Agent): Promise<User>
  start(
    request: Omit<StartRequest<Agent>, 'operator' | 'userId'>,
    operator?: Agent,
  ): ReturnType<typeof startVerification>
  answer(
    request: Omit<AnswerRequest<Agent>, 'operator' | 'userId'>,
    operator?: Agent,
  ): ReturnType<typeof answerVerification>
  /** A proof that the operator saw the person with a badge. */
  proof(operator?: Agent): Promise<string>
  reset(
    proofs: readonly string[] | undefined,
    change?: Partial<Parameters<typeof forceReset<Agent>>[1]>,
  ): ReturnType<typeof forceReset>
}

/** What is shared by all processes of a help desk. */
interface Shared {
  readonly store: MemoryUserStore
  readonly memory: VerificationMemory
  readonly clock: { ms: number }
  readonly events: AuditEvent[]
  readonly remembered: string[]
}

/** Opens a help desk. */
export function openSite(options: SiteOptions = {}): Site {
  const clock = { ms: began }
  const remembered: string[] = []
  const inner = memoryForOneProcess({ now: () => clock.ms })
  const memory: VerificationMemory = {
    count: (key, seconds) => {
      remembered.push(key)
      return inner.count(key, seconds)
    },
    counted: inner.counted,
    keep: (key, text, seconds) => {
      remembered.push(key, text)
      return inner.keep(key, text, seconds)
    },
    kept: inner.kept,
  }
  const store = memoryUserStore({
    users: [
      {
        id: '42',
        username: 'mina',
        email: 'mina@example.org',
        displayName: 'Mina Okafor',
        place: 'Ward 3B',
      },
      { id: '43', username: 'ravi', displayName: 'Ravi Patel' },
      { id: '44', username: 'lea', displayName: 'Lea Brandt' },
      { id: '50', username: 'root', privileged: true },
    ],
    now: () => new Date(clock.ms),
  })
  return siteOf({ store, memory, clock, events: [], remembered }, options)
}

function siteOf(shared: Shared, options: SiteOptions): Site {
  const { store, memory, clock, events, remembered } = shared
  const errors: ReportedError[] = []
  const alerts: VerificationAlert[] = []
  const messages: CodeMessage[] = []
  const questions: ConfirmationQuestion[] = []
  const destinations = () => {
    options.destinations?.()
    return [
      { name: 'mobile', label: 'Mobile', address: numbers.mobile },
      { name: 'ward', label: 'Ward 3B', address: numbers.ward, of: 'place' as const },
      {
        name: 'manager',
        label: 'Ravi Patel, manager',
        address: numbers.manager,
        of: 'voucher' as const,
        voucherId: '43',
      },
      {
        name: 'new',
        label: 'New',
        address: '+49 170 5550000',
        changedAt: new Date(clock.ms - 86_400_000),
      },
    ]
  }
  const helpDesk = { helpDesk: 'the IT help desk of Example Hospital', contact: '+49 30 5550100' }
  const ordinary: VerificationOptions<Agent> = {
    methods: [
      callBack({ numbers: destinations }),
      inPerson(),
      sentCode({
        ...helpDesk,
        destinations,
        deliver: async (message) => {
          messages.push(message)
          await options.deliver?.(message)
        },
      }),
      confirmed({ ...helpDesk, ask: (question) => void questions.push(question) }),
      secondPerson({
        mayVouch: async ({ voucherId }) =>
          (options.mayVouch ? options.mayVouch() : voucherId === '43') as boolean,
        vouchers: () => [{ id: '43', name: 'Ravi Patel' }],
        address: 'console.example.org/vouch',
      }),
      application({
        name: 'card_reader',
        standing: 'proven',
        verify: async ({ answer }) =>
          (options.verify
            ? options.verify()
            : answer === (options.card ?? 'card-of-mina')) as boolean,
      }),
    ],
    require: () => [
      ['call_back'],
      ['in_person'],
      ['sent_code'],
      ['confirmed'],
      ['second_person'],
      ['card_reader'],
    ],
    attestedSuffices: [['call_back'], ['in_person']],
    memory,
    onAlert: (alert) => void alerts.push(alert),
  }
  const config: ForceResetConfig<Agent> = {
    store,
    secret,
    authorize: ({ operator }) => operator.id.startsWith('op-'),
    audit: (event) => void events.push(event),
    onError: (error) => void errors.push(error),
    now: () => clock.ms,
    ...options.config,
    verification: verification({ ...ordinary, ...options.verification }),
  }
  const userId = '42'
  const site: Site = {
    store,
    memory,
    config,
    events,
    errors,
    alerts,
    messages,
    questions,
    remembered,
    later: (seconds) => {
      clock.ms += seconds * 1_000
    },
    another: (change = options) => siteOf(shared, change),
    user: async (operator = novak) => {
      const view = await viewUser(config, { operator, userId })
      if (!view.ok) throw new Error(view.message)
      return view.user
    },
    start: (request, operator = novak) =>
      startVerification(config, { operator, userId, ...request }),
    answer: (request, operator = novak) =>
      answerVerification(config, { operator, userId, ...request }),
    proof: async (operator = novak) => {
      const answered = await site.answer({ method: 'in_person', document: 'staff_badge' }, operator)
      if (!answered.ok) throw new Error(answered.message)
      return answered.proof
    },
    reset: async (proofs, change = {}) => {
      const { version } = await site.user()
      return forceReset(config, { operator: novak, userId, version, proofs, ...change })
    },
  }
  return site
}

/** The key of the reason of a failure, or `ok`. */
export function keyOf(result: {
  readonly ok: boolean
  readonly code?: string
  readonly detail?:
    | { readonly reason: string; readonly key?: string; readonly field?: string }
    | undefined
}): string {
  if (result.ok) return 'ok'
  return result.detail?.key ?? result.detail?.field ?? result.detail?.reason ?? result.code ?? ''
}

/** The code in a message, as a person reads it out. */
export function codeIn({ text }: Pick<CodeMessage, 'text'>): string {
  return text.match(/\d{4} \d{4}/)?.[0] ?? ''
}

/** A code that is not this one. */
export function wrongCode(code: string): string {
  return `${(Number(code[0]) + 1) % 10}${code.slice(1)}`
}

/** The types of the events, in their order. */
export function typesOf(events: readonly AuditEvent[]): readonly string[] {
  return events.map(({ type }) => type)
}
