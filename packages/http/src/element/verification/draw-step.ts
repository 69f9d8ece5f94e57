import type { NotIdentified } from '@force-reset/core'
import { isolated, node, warningLine } from '../parts/node.ts'
import { clockIn } from '../words/moment.ts'
import { entryOf } from '../words/trouble.ts'
import { alertPlace, choice, place, pressButton } from './controls.ts'
import { drawWay } from './draw-way.ts'
import type { Drawing } from './drawing.ts'
import { closedWords, errorAt, howIdentified } from './drawing.ts'
import type { Way } from './read-offer.ts'
import type { Passed } from './step-state.ts'
import { chosenWay, closedOf, suffices, waysLeft } from './step-state.ts'

/** The step as it is at this moment. */
export function drawStep(drawing: Drawing): HTMLElement {
  const { state, words } = drawing
  const isPassed = suffices(state)
  return node(
    'div',
    { part: 'verification' },
    place(
      node('h3', { id: 'who', tabindex: '-1' }, words.heading),
      isPassed ? undefined : node('p', { id: 'who-hint', class: 'lead' }, words.hint),
    ),
    place(...(isPassed ? [] : recent(drawing))),
    alertPlace('notice', state.notice?.(words)),
    place(...state.passed.map((one) => passedLine(drawing, one))),
    place(...(isPassed ? [] : ways(drawing))),
    node('div', { role: 'status', class: 'status' }, state.status(words) || undefined),
    alertPlace('step-error', errorAt(drawing, 'step')),
    place(...(isPassed ? [] : buttons(drawing))),
    place(state.stopping && !isPassed ? stopping(drawing) : undefined),
  )
}

/** What happened to the account lately, above the ways. */
function recent({ state: { offer }, words, locale }: Drawing): readonly HTMLElement[] {
  const { last } = offer
  const why = last && (entryOf(words.stopReasons, last.why) ?? last.why)
  const told =
    last && words.lastFailure(clockIn(locale, last.at), isolated(last.operator), why ?? '')
  return [
    offer.notIdentified > 0
      ? warningLine(words.recentFailures(offer.notIdentified, told))
      : undefined,
    offer.suspicious ? warningLine(words.suspicious) : undefined,
    offer.resets > 0 ? warningLine(words.recentResets(offer.resets)) : undefined,
  ].filter((line) => line !== undefined)
}

/** The button beside the one that resets. */
export function startAgain({ words, on }: Drawing): HTMLElement {
  return pressButton({ id: 'start-again', label: words.startAgain, onPress: on.startAgain })
}

/** "Identified at 14:03: call back to Mobile …123, on your word. Good until 14:13." */
function passedLine(drawing: Drawing, passed: Passed): HTMLElement {
  const { state, words, locale } = drawing
  const at = clockIn(locale, passed.at)
  const how = howIdentified(drawing, passed)
  const sentence = state.resets > 0 ? words.carriedOver(at) : undefined
  const whole = suffices(state)
    ? words.identified(at, how, clockIn(locale, passed.until))
    : words.identifiedPartly(at, how)
  return node('p', { class: 'passed' }, sentence ?? whole)
}

function ways(drawing: Drawing): readonly HTMLElement[] {
  const { state, words } = drawing
  const left = waysLeft(state)
  const { closed } = state.offer
  if (closed) return [node('p', { class: 'lead' }, closedWords(drawing, closed))]
  if (left.length === 0) return [node('p', { class: 'lead' }, words.noWay)]
  const rows = left.map((way) => wayRow(drawing, way, left.length === 1))
  return [
    place(needed(drawing)),
    alertPlace('ways-error', errorAt(drawing, 'ways')),
    node(
      'fieldset',
      { class: 'ways', 'aria-labelledby': 'who', 'aria-describedby': 'who-hint ways-error' },
      ...rows,
    ),
  ]
}

/** The sets, where one way alone does not suffice. */
function needed({ state: { offer }, words, locale }: Drawing): HTMLElement | undefined {
  if (offer.sets.some((set) => set.length === 1)) return undefined
  const nameOf = (name: string): string => {
    const way = offer.ways.find((one) => one.name === name)
    return words.methods[name] ?? (way && words.methods[way.kind]) ?? name
  }
  const all = new Intl.ListFormat(locale)
  const any = new Intl.ListFormat(locale, { type: 'disjunction' })
  const sets = any.format(offer.sets.map((set) => all.format(set.map(nameOf))))
  return node('p', { class: 'lead' }, words.needed(sets))
}

function wayRow(drawing: Drawing, way: Way, isAlone: boolean): HTMLElement {
  const { state, words, on } = drawing
  const closed = closedOf(state, way)
  const id = `way-${way.name}`
  const label = wayLabel(drawing, way)
  const note = words.standings[way.standing]
  const isChosen = chosenWay(state) === way
  const head = isAlone
    ? node(
        'div',
        { class: 'alone' },
        node('span', { class: 'name' }, label),
        node('span', { class: 'note' }, note),
      )
    : choice({
        id,
        group: 'way',
        label,
        note,
        chosen: isChosen,
        off: closed !== undefined || state.busy?.with === 'check',
        describedBy: closed ? `${id}-closed` : undefined,
        onChoose: (byHand) => on.chooseWay(way.name, byHand),
      })
  const why = closed && node('p', { id: `${id}-closed`, class: 'why-closed' })
  why?.append(closed ? closedWords(drawing, closed) : '')
  return node(
    'div',
    { class: 'way' },
    head,
    place(why),
    place(isChosen ? drawWay(drawing, way, label) : undefined),
  )
}

function wayLabel({ words }: Drawing, way: Way): string {
  const [only, ...others] = way.destinations
  const own = words.methods[way.name]
  if (way.kind === 'sent_code' && only && others.length === 0)
    return words.sentCodeTo(isolated(only.title))
  return own ?? words.methods[way.kind]
}

function buttons({ state, words, on }: Drawing): readonly HTMLElement[] {
  const isOff = state.offer.closed !== undefined || waysLeft(state).length === 0
  const checking = state.busy?.with === 'check'
  return [
    node(
      'div',
      { class: 'actions' },
      pressButton({
        id: 'continue',
        label: words.next,
        busyLabel: words.checking,
        kind: 'primary',
        state: checking ? 'busy' : isOff ? 'off' : 'on',
        onPress: on.check,
      }),
      pressButton({
        id: 'not-identified',
        label: words.notIdentified,
        state: state.busy ? 'off' : 'on',
        onPress: on.stop,
      }),
    ),
  ]
}

const reasons: readonly NotIdentified[] = [
  'nobody_answered',
  'wrong_code',
  'gave_up',
  'somebody_else',
]

function stopping(drawing: Drawing): HTMLElement {
  const { state, words, on } = drawing
  return node(
    'div',
    { part: 'stop' },
    node(
      'fieldset',
      { 'aria-describedby': 'why-error' },
      node('legend', {}, words.stopWhy),
      ...reasons.map((why) =>
        choice({
          id: `why-${why}`,
          group: 'why',
          label: words.stopReasons[why],
          chosen: state.stopping?.why === why,
          onChoose: () => on.chooseWhy(why),
        }),
      ),
    ),
    alertPlace('why-error', errorAt(drawing, 'why')),
    node(
      'div',
      { class: 'actions' },
      pressButton({
        id: 'record',
        label: words.stopRecord,
        busyLabel: words.recording,
        state: state.busy?.with === 'record' ? 'busy' : 'on',
        onPress: on.record,
      }),
      pressButton({ id: 'stop-cancel', label: words.stopCancel, onPress: on.stop }),
    ),
  )
}
