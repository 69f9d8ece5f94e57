import {
  type FailureCode,
  type FailureDetail,
  type Fit,
  type PreparedWrite,
  StoreError,
  type UserStore,
  type WriteOutcome,
} from '@force-reset/core'
import type { UnexpectedError } from '@force-reset/http'
import { inVariables } from '../settings/option-variables.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.troubles

/** Tells the administrator, in the log, of troubles that operators cannot cure. */
export interface TroubleLog {
  /** The store refuses, or does not know, for a reason of its own. */
  refused(code: FailureCode, detail: FailureDetail | undefined): void
  /** The store could not answer a question. Any error but a `StoreError` comes by `heard`. */
  failed(error: unknown): void
  /** The store answered. After a failure the log says so. */
  answered(): void
  /**
   * Anything else failed: a function of the configuration, the trail, the handler. What
   * {@link loggedStore} sees by itself is left out here, because it tells more.
   */
  heard(error: UnexpectedError): void
}

/** The same line comes at most once in so many milliseconds, with a count. */
const quietMs = 60_000
/** More different lines are not remembered. */
const mostLines = 1_000

/** Refusals that are about the account. Operators are told all about them. */
const ofAccount: readonly FailureCode[] = ['not_eligible', 'conflict', 'user_not_found']

/** The questions whose errors {@link loggedStore} sees by itself, as it sees every answer. */
const questions: readonly UnexpectedError['during'][] = ['find', 'list']

/** A {@link TroubleLog} that has said nothing so far. */
export function troubleLog(log: (line: string) => void, now: () => number): TroubleLog {
  const told = new Map<string, { readonly at: number; readonly more: number }>()
  let failures = 0
  const tell = (line: string) => {
    const last = told.get(line)
    if (last !== undefined && now() - last.at < quietMs) {
      told.set(line, { at: last.at, more: last.more + 1 })
      return
    }
    if (told.size >= mostLines) told.clear()
    told.set(line, { at: now(), more: 0 })
    log(last?.more ? `${line} ${words.more(last.more)}` : line)
  }
  const refused = (code: FailureCode, detail: FailureDetail | undefined) => {
    if (ofAccount.includes(code)) return
    const reason = detail?.reason === 'store' ? detail : undefined
    // Why an account is privileged is nobody's trouble, unless nobody could read it.
    if (code === 'privileged_user' && reason?.key !== 'privilege_unreadable') return
    if (reason === undefined) {
      tell(words.withoutReason)
      return
    }
    tell(words.store(inVariables([reason.what, reason.cure ?? ''].join(' ').trim()), reason))
  }
  return {
    refused,
    failed(error) {
      failures += 1
      if (error instanceof StoreError) refused(error.code, error.detail)
    },
    answered() {
      if (failures > 0) tell(words.answersAgain)
      failures = 0
    },
    heard(error) {
      const { during, name, cause } = error
      // An answer of the store has no class.
      if (name === undefined || (name === 'StoreError' && questions.includes(during))) return
      tell(
        during === 'audit'
          ? words.trail(cause?.code ?? name)
          : administratorWords.failures.api(error),
      )
    },
  }
}

/**
 * The store, with a word in the log for each refusal that is not about the account. Operators read
 * what is so; the advice for whoever runs the database or the directory belongs into the log.
 */
export function loggedStore(store: UserStore, log: TroubleLog): UserStore {
  const asked = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      const answer = await question()
      log.answered()
      return answer
    } catch (error) {
      // A wrong cursor is a matter of the request.
      if (!(error instanceof StoreError && error.code === 'invalid_request')) log.failed(error)
      throw error
    }
  }
  const noted = <T extends Fit | PreparedWrite | WriteOutcome>(answer: T): T => {
    if (answer.outcome === 'refused') log.refused(answer.code, answer.detail)
    if (answer.outcome === 'unknown') log.refused('outcome_unknown', answer.detail)
    return answer
  }
  return {
    ...store,
    list: (query) => asked(() => store.list(query)),
    async find(id, options) {
      const found = await asked(() => store.find(id, options))
      if (found === undefined) return undefined
      // Core refuses a privileged account without another question to the store.
      log.refused('privileged_user', found.reason)
      return {
        ...found,
        check: async (wish) => noted(await found.check(wish)),
        async prepare(order) {
          const prepared = noted(await found.prepare(order))
          if (prepared.outcome === 'refused') return prepared
          return {
            ...prepared,
            write: async () => noted(await prepared.write()),
          }
        },
      }
    },
  }
}
